// Generated from protocol/src by `npm run generate`; do not edit.
export const PROTOCOL_HASH = '10b08345155d4dbbd5a29b3be567d49d9fd119f447d299544512cb4a09383e59';
