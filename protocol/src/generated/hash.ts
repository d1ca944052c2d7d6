// Generated from protocol/src by `npm run generate`; do not edit.
export const PROTOCOL_HASH = '47a213e4bf3ee36fabbea18fd75ca1f2ee8a49d6fffbc3b8087ad1b459b62357';
