//! Columns that stand under each other.

/// Rows with their columns aligned, two spaces apart, a line each and nothing at the ends of lines. A column in which
/// all rows but the first are empty is left out with its heading.
pub(super) fn aligned(rows: &[Vec<String>]) -> String {
    aligned_up_to(usize::MAX, rows)
}

/// The same, with columns that are no wider than this: what is longer pushes only the rest of its own row.
pub(super) fn aligned_up_to(widest: usize, rows: &[Vec<String>]) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or_default();
    let is_said = |column: &usize| rows.iter().skip(1).any(|row| row.get(*column).is_some_and(|cell| !cell.is_empty()));
    let columns: Vec<usize> = (0..columns).filter(is_said).collect();
    let width = |column: usize| rows.iter().map(|row| row.get(column).map_or(0, |cell| cell.chars().count())).max();
    let widths: Vec<usize> = columns.iter().map(|&column| width(column).unwrap_or_default().min(widest)).collect();
    let mut text = String::new();
    for row in rows {
        let cells = columns.iter().zip(&widths).map(|(&column, width)| {
            let cell = row.get(column).map_or("", String::as_str);
            format!("{cell:width$}")
        });
        text.push_str(cells.collect::<Vec<_>>().join("  ").trim_end());
        text.push('\n');
    }
    text
}
