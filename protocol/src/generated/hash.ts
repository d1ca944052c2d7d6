// Generated from protocol/src by `npm run generate`; do not edit.
export const PROTOCOL_HASH = '5f90dd9d1bf9cf18ec23b68714012f9f6673ee5a241d924a3f07bb8866197181';
