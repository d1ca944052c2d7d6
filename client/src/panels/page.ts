/** The HTML page of a webview: one root element, one script, one style sheet, and a policy that allows nothing else. */

export interface PageParts {
  readonly title: string;
  readonly language: string;
  readonly rootId: string;
  readonly scriptUri: string;
  readonly styleUri: string;
  /** The webview's own source, as its policy names it. */
  readonly cspSource: string;
  readonly nonce: string;
}

export function page(parts: PageParts): string {
  const { title, language, rootId, scriptUri, styleUri, cspSource, nonce } = parts;
  const policy = ["default-src 'none'", `script-src 'nonce-${nonce}'`, `style-src ${cspSource}`].join('; ');
  return `<!DOCTYPE html>
<html lang="${escapeHtml(language)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escapeHtml(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="${escapeHtml(styleUri)}">
<title>${escapeHtml(title)}</title>
</head>
<body>
<div id="${escapeHtml(rootId)}"></div>
<script nonce="${escapeHtml(nonce)}" src="${escapeHtml(scriptUri)}"></script>
</body>
</html>`;
}

function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
