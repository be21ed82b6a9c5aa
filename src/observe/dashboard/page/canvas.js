// What all pictures have in common: sharp pixels, the colours of the scheme in use, and two minutes from left to right.

export const kWindowS = 120;

/// A drawing context in CSS pixels, empty, and its size. Null while the canvas is not shown.
export function prepare(canvas) {
  const { clientWidth: width, clientHeight: height } = canvas;
  if (width === 0 || height === 0) return null;
  const scale = devicePixelRatio || 1;
  if (canvas.width !== Math.round(width * scale) || canvas.height !== Math.round(height * scale)) {
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
  }
  const context = canvas.getContext('2d');
  context.setTransform(scale, 0, 0, scale, 0, 0);
  context.clearRect(0, 0, width, height);
  return { context, width, height };
}

/// The custom property `--name` of the style sheet.
export function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

function channels(hex) {
  return [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
}

/// A function from 0..1 to a colour between the stops --heat-0 to --heat-5.
export function heatScale() {
  const stops = [0, 1, 2, 3, 4, 5].map((n) => channels(colour(`heat-${n}`)));
  return (share) => {
    const at = Math.min(Math.max(share, 0), 1) * (stops.length - 1);
    const low = Math.min(Math.floor(at), stops.length - 2);
    const mixed = stops[low].map((value, i) => Math.round(value + (stops[low + 1][i] - value) * (at - low)));
    return `rgb(${mixed.join(' ')})`;
  };
}

/// Where a moment is, in pixels, when `now` is at the right edge. Both in milliseconds.
export function place(time, now, left, right) {
  return right - ((now - time) / 1000 / kWindowS) * (right - left);
}
