//! Tables on stdout.

use std::ops::Range;

use comfy_table::{CellAlignment, Table, presets};

/// Rows under their heading, in columns two spaces apart, without lines and without spaces at their ends. The columns
/// of `numbers` stand to the right.
pub(crate) fn table<const N: usize>(
    heading: [&str; N],
    rows: impl IntoIterator<Item = [String; N]>,
    numbers: Range<usize>,
) -> String {
    let mut table = Table::new();
    table.load_style(presets::NOTHING);
    table.set_header(heading);
    table.add_rows(rows);
    for (number, column) in table.column_iter_mut().enumerate() {
        column.set_padding((0, 2));
        if numbers.contains(&number) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    table.trim_fmt()
}
