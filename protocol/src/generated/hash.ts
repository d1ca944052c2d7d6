// Generated from protocol/src by `npm run generate`; do not edit.
export const PROTOCOL_HASH = 'a60658e97d6db74aa7bd8caaf53ac6b766ea40d08b7cb75ee913bcdf60c34945';
