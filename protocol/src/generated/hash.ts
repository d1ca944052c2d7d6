// Generated from protocol/src by `npm run generate`; do not edit.
export const PROTOCOL_HASH = '5e1957f065ad0bc66ec99b4605cb4a34c8477157c130d2a2ecc43e095a02bd04';
