// Generated from protocol/src by `npm run generate`; do not edit.
export const PROTOCOL_HASH = 'e29fc1182908be503f8a41fecfa1c504445599254baae8ca25239725e25089ca';
