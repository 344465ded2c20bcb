//! The few forms of Markdown that a page uses.

use anyhow::bail;

/// A block of a page.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Block<'a> {
    /// A heading: its level and its text.
    Heading(usize, &'a str),
    /// A fenced block: its info string and its text.
    Fence(&'a str, &'a str),
    /// The lines of a table.
    Table(&'a str),
    /// An item of a list, with the lines that belong to it.
    Item(&'a str),
    /// A paragraph.
    Paragraph(&'a str),
}

/// A block and the number of the line where it begins, from 1.
pub(crate) type Placed<'a> = (usize, Block<'a>);

/// Takes a page apart.
pub(crate) fn blocks(text: &str) -> anyhow::Result<Vec<Placed<'_>>> {
    let mut blocks = Vec::new();
    let mut rest = text;
    let mut line = 1;
    while !rest.is_empty() {
        let first = rest.lines().next().unwrap_or_default();
        let (block, length) = if first.trim().is_empty() {
            (None, 0)
        } else if let Some(info) = first.strip_prefix("```") {
            let body = &rest[(first.len() + 1).min(rest.len())..];
            let Some(end) = end_of_fence(body) else { bail!("the block in line {line} is not closed") };
            let lines = first.len() + 1 + end;
            (Some(Block::Fence(info.trim(), &body[..end])), lines)
        } else if first.starts_with('#') {
            let level = first.len() - first.trim_start_matches('#').len();
            (Some(Block::Heading(level, first[level..].trim())), 0)
        } else {
            let length = paragraph(rest);
            let text = rest[..length].trim_end();
            let block = match first {
                first if first.starts_with('|') => Block::Table(text),
                first if first.starts_with("- ") => Block::Item(text),
                _ => Block::Paragraph(text),
            };
            (Some(block), length)
        };
        blocks.extend(block.map(|block| (line, block)));
        // The line that ends the block, or the block's only line, goes with it.
        let length = match block {
            Some(Block::Table(_) | Block::Item(_) | Block::Paragraph(_)) => length,
            _ => length + rest[length..].find('\n').map_or(rest.len() - length, |end| end + 1),
        };
        line += rest[..length].matches('\n').count();
        rest = &rest[length..];
    }
    Ok(blocks)
}

fn end_of_fence(body: &str) -> Option<usize> {
    if body.starts_with("```") { Some(0) } else { body.find("\n```").map(|end| end + 1) }
}

/// The length of the lines up to an empty one, or to the next item.
fn paragraph(text: &str) -> usize {
    let mut length = 0;
    for line in text.split_inclusive('\n') {
        let ends = line.trim().is_empty() || line.starts_with("```") || (length > 0 && line.starts_with("- "));
        if ends {
            break;
        }
        length += line.len();
    }
    length
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_falls_into_its_blocks() {
        let page = "# tool\n\nOne\ntwo.\n\n- `a`: x\n  y\n- `b`: z\n\n```yaml\nrows: []\n\nx: 1\n```\n| a |\n|---|\n";
        let expected = vec![
            (1, Block::Heading(1, "tool")),
            (3, Block::Paragraph("One\ntwo.")),
            (6, Block::Item("- `a`: x\n  y")),
            (8, Block::Item("- `b`: z")),
            (10, Block::Fence("yaml", "rows: []\n\nx: 1\n")),
            (15, Block::Table("| a |\n|---|")),
        ];
        assert_eq!(blocks(page).unwrap(), expected);
    }

    #[test]
    fn an_empty_block_is_a_block() {
        assert_eq!(blocks("```csv a.csv\n```\n").unwrap(), vec![(1, Block::Fence("csv a.csv", ""))]);
    }

    #[test]
    fn a_block_must_be_closed() {
        assert!(blocks("```yaml\nrows: []\n").is_err());
    }
}
