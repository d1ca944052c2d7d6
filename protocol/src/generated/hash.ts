// Generated from protocol/src by `npm run generate`; do not edit.
export const PROTOCOL_HASH = '9649d1c96488b804345450349ac637441445a8e3b442563420a3d8c797f7b0a0';
