/** The colours of the editor's theme as a canvas needs them, read again whenever the theme changes. */

export interface Theme {
  foreground: string;
  muted: string;
  background: string;
  grid: string;
  axis: string;
  crosshair: string;
  train: string;
  evaluation: string;
  alert: string;
  warning: string;
  font: string;
  /** True where a person asked the system for calm. */
  hasReducedMotion: boolean;
}

/**
 * Reads the theme through a probe inside `root`: the style sheet names each colour once (`--tw-…`),
 * and the browser resolves variables and mixes.
 */
export function readTheme(root: HTMLElement): Theme {
  const probe = document.createElement('span');
  probe.hidden = true;
  root.append(probe);
  const colour = (name: string): string => {
    probe.style.color = `var(${name})`;
    return getComputedStyle(probe).color;
  };
  const theme: Theme = {
    foreground: colour('--tw-foreground'),
    muted: colour('--tw-muted'),
    background: colour('--tw-background'),
    grid: colour('--tw-grid'),
    axis: colour('--tw-axis'),
    crosshair: colour('--tw-crosshair'),
    train: colour('--tw-train'),
    evaluation: colour('--tw-evaluation'),
    alert: colour('--tw-alert'),
    warning: colour('--tw-warning'),
    font: `11px ${getComputedStyle(root).fontFamily}`,
    hasReducedMotion: matchMedia('(prefers-reduced-motion: reduce)').matches,
  };
  probe.remove();
  return theme;
}

/** Calls back when the editor puts another theme on the page. Returns a function that stops it. */
export function watchTheme(onChange: () => void): () => void {
  const observer = new MutationObserver(onChange);
  observer.observe(document.body, { attributes: true, attributeFilter: ['class', 'data-vscode-theme-id'] });
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['style'] });
  return () => observer.disconnect();
}
