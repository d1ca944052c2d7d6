// Generated from protocol/src by `npm run generate`; do not edit.
export const PROTOCOL_HASH = '4c16fd8bc04eb639350d6e45fafdfcca7141387eec5e94d60bf0d2727fd78bd2';
