// Generated from protocol/src by `npm run generate`; do not edit.
export const PROTOCOL_HASH = '9988f39d03f9aef57711d0d1a760d636cdf019c3d2d563be44c2b0ca572eaa8c';
