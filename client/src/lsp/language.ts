/** The language id of configs, lists of targets and pipelines. */
export const LANGUAGE_ID = 'tunewright';
