// Generated from protocol/src by `npm run generate`; do not edit.
export const PROTOCOL_HASH = '39b07d3db644ea0fe68fbcd5dfae2f897eb3d518e171d2ca6b036011bf5132d8';
