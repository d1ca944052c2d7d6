// Generated from protocol/src by `npm run generate`; do not edit.
export const PROTOCOL_HASH = '1e6d5eb7e9498b9b8f197f0de0df93141714991adf9da4ce61402521a4bf6c2b';
