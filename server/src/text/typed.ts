/** Whether a name fits what is typed. */

/** Letters in their order, as editors match; nothing typed fits everything. */
export function fitsTyped(prefix: string): (value: string) => boolean {
  const typed = prefix.toLowerCase();
  if (typed === '') return () => true;
  return (value) => {
    const text = value.toLowerCase();
    if (text.includes(typed)) return true;
    let from = 0;
    for (const character of typed) {
      from = text.indexOf(character, from) + 1;
      if (from === 0) return false;
    }
    return true;
  };
}
