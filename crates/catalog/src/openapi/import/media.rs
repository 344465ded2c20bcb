//! Media types: what can be read and written.

use super::document::Found;

/// Whether a media type is JSON.
pub(super) fn is_json(media: &str) -> bool {
    let media = essence(media);
    matches!(media.as_str(), "application/json" | "text/json" | "*/*" | "application/*") || media.ends_with("+json")
}

/// Whether it is a form in the style of URLs.
pub(super) fn is_form(media: &str) -> bool {
    essence(media) == "application/x-www-form-urlencoded"
}

/// Whether it is JSON by that name, and no other sort of JSON.
pub(super) fn is_plain_json(media: &str) -> bool {
    matches!(essence(media).as_str(), "application/json" | "text/json" | "*/*" | "application/*")
}

fn essence(media: &str) -> String {
    media.split(';').next().unwrap_or_default().trim().to_lowercase()
}

/// The media types of a `content`, in order, plain JSON before other JSON.
pub(super) fn of<'d>(content: Option<&Found<'d>>) -> Vec<(&'d str, Found<'d>)> {
    let mut media: Vec<_> = content.into_iter().flat_map(Found::fields).collect();
    media.sort_by_key(|(media, _)| is_json(media) && !is_plain_json(media));
    media
}

/// Media types in a list: `produces`.
pub(super) fn listed<'d>(levels: &[Option<Found<'d>>]) -> Vec<&'d str> {
    let said = levels.iter().flatten().next();
    said.into_iter().flat_map(Found::items).filter_map(|media| media.value.as_str()).collect()
}
