// Generated from protocol/src by `npm run generate`; do not edit.
export const PROTOCOL_HASH = 'f21af63a9a217bfe43219535e01587604bb5eecb4e41543f9cf4024a67e05efe';
