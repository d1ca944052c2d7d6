// Generated from protocol/src by `npm run generate`; do not edit.
export const PROTOCOL_HASH = '7e46deb183cb3f72463528d9bb3c70926363d0a3dd06a3f2ca64a5eb337ff645';
