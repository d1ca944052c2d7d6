// Generated from protocol/src by `npm run generate`; do not edit.
export const PROTOCOL_HASH = 'd8608937078b66889a18ffc2f84f2a6f420b6ea8739b9ff1517bd195df9a0d49';
