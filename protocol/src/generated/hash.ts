// Generated from protocol/src by `npm run generate`; do not edit.
export const PROTOCOL_HASH = '427b230e3d5e092bdd96ddee3c834fa1f9057af2619575b4bdfc1b2ad9678dfe';
