// Generated from protocol/src by `npm run generate`; do not edit.
export const PROTOCOL_HASH = '4605b452bf73ab56207310be483031edeac9b99d5ed2ce339f3ccdd3e86bd28e';
