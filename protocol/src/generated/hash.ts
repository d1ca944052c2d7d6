// Generated from protocol/src by `npm run generate`; do not edit.
export const PROTOCOL_HASH = '43d282e9341fbb0eabd7ec5e067759f40e06998af5339865859d67fc7bff51d6';
