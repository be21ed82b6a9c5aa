// Tables: rows are changed in place, so that a selection, the focus and where a screen reader stands survive a second.

/// rows: [[text or { text, className, heading, level, draw }, ...], ...]. `draw(canvas)` paints a picture that says nothing the row does not.
/// An empty table says `nothing`.
export function fillTable(body, rows, nothing) {
  if (rows.length === 0) {
    const columns = body.parentElement.tHead.rows[0].cells.length;
    if (body.dataset.empty === nothing) return;
    body.dataset.empty = nothing;
    const cell = document.createElement('td');
    cell.colSpan = columns;
    cell.className = 'empty';
    cell.textContent = nothing;
    const row = document.createElement('tr');
    row.append(cell);
    body.replaceChildren(row);
    return;
  }
  if (body.dataset.empty !== undefined) {
    delete body.dataset.empty;
    body.replaceChildren();
  }
  while (body.rows.length > rows.length) body.lastElementChild.remove();
  rows.forEach((cells, index) => fillRow(body.rows[index] ?? body.appendChild(document.createElement('tr')), cells));
}

function fillRow(row, cells) {
  cells.forEach((given, index) => {
    const cell = typeof given === 'object' ? given : { text: given };
    const element = row.cells[index] ?? row.appendChild(document.createElement(cell.heading ? 'th' : 'td'));
    if (cell.heading && element.scope !== 'row') element.scope = 'row';
    const className = cell.className ?? '';
    if (element.className !== className) element.className = className;
    if (cell.level !== undefined && element.dataset.level !== cell.level) element.dataset.level = cell.level;
    if (cell.draw !== undefined) cell.draw(canvasOf(element));
    else setText(textNodeOf(element), cell.text);
  });
}

function textNodeOf(element) {
  return element.firstChild ?? element.appendChild(document.createTextNode(''));
}

function setText(node, text) {
  if (node.data !== text) node.data = text;
}

function canvasOf(element) {
  if (element.firstChild !== null) return element.firstChild;
  element.ariaHidden = 'true';
  return element.appendChild(document.createElement('canvas'));
}
