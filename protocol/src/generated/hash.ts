// Generated from protocol/src by `npm run generate`; do not edit.
export const PROTOCOL_HASH = '53342edb9073c2dc6af64d3c6e6161841769dedb2a1c7b7bd5996dbe26246f28';
