// Generated from protocol/src by `npm run generate`; do not edit.
export const PROTOCOL_HASH = 'e8ef4cf00097974d1f13b05df3b83083eaf39511b86cc873cafe8c1748b1eac4';
