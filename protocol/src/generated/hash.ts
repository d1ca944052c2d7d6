// Generated from protocol/src by `npm run generate`; do not edit.
export const PROTOCOL_HASH = '495276d785cc9ccd73ae44e005b73609f600fe2d4ed6f8c38e2cac6a152339ba';
