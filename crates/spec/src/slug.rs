//! The sorts of problems, each with a page.

use std::fmt;

/// A sort of problem, `unknown-anchor`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Slug(&'static str);

/// What a sort of problem means.
#[derive(Clone, Copy, Debug)]
pub struct Page {
    /// The sort of problem.
    pub slug: Slug,
    /// One sentence without a full stop.
    pub title: &'static str,
    /// Markdown, with the headings *What it means*, *An example* and *How to mend it*.
    pub text: &'static str,
}

impl Slug {
    /// The slug as it is written.
    pub fn as_str(self) -> &'static str {
        self.0
    }

    /// The slug's page.
    pub fn page(self) -> Option<&'static Page> {
        PAGES.iter().find(|page| page.slug == self)
    }

    /// The slug that is written so, if there is one.
    pub fn from_name(name: &str) -> Option<Self> {
        PAGES.iter().map(|page| page.slug).find(|slug| slug.0 == name)
    }
}

impl fmt::Display for Slug {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.0)
    }
}

macro_rules! slugs {
    ($($name:ident, $slug:literal, $title:literal;)*) => {
        impl Slug {
            $(
                #[doc = concat!("`", $slug, "`: ", $title, ".")]
                pub const $name: Self = Self($slug);
            )*
        }

        /// Every sort of problem, in alphabetical order.
        pub const PAGES: &[Page] = &[
            $(Page { slug: Slug::$name, title: $title, text: include_str!(concat!("pages/", $slug, ".md")) },)*
        ];
    };
}

slugs! {
    BAD_ENDPOINT, "bad-endpoint", "the parts of a catalog's endpoint do not fit together";
    BAD_NAME, "bad-name", "a name is not written as names are";
    BAD_PARAMETER, "bad-parameter", "a value does not fit its parameter";
    BAD_REFERENCE, "bad-reference", "a `${..}` is not written as references are";
    BAD_VALUE, "bad-value", "a value is of the right type, but not one that is allowed";
    BAD_VERSION, "bad-version", "the file is written for another version";
    CYCLE, "cycle", "wires lead in a circle";
    DELETE_NOT_CONFIRMED, "delete-not-confirmed", "a node deletes and does not say so";
    DUPLICATE_KEY, "duplicate-key", "a map has one key twice";
    DUPLICATE_OUTPUT, "duplicate-output", "two nodes write one file";
    FAILED_NOT_WIRED, "failed-not-wired", "records that fail are not looked at";
    MISSING_INPUT, "missing-input", "an anchor that needs a wire has none";
    MISSING_KEY, "missing-key", "a key that is needed is not there";
    MISSING_PARAMETER, "missing-parameter", "a parameter that is needed is not given";
    MISSING_SETTING, "missing-setting", "a setting has no value";
    MISSING_VARIABLE, "missing-variable", "an environment variable is not set";
    NO_EFFECT, "no-effect", "a key is given that changes nothing";
    ONE_TOOL_PER_NODE, "one-tool-per-node", "a node does not have exactly one tool";
    OUTPUT_OVER_INPUT, "output-over-input", "a node would write over what the pipeline reads";
    SECRET_IN_FILE, "secret-in-file", "a secret is written in a file";
    UNKNOWN_ANCHOR, "unknown-anchor", "a wire names an anchor that is not there";
    UNKNOWN_CATALOG, "unknown-catalog", "a connection names a catalog that is not there";
    UNKNOWN_COLUMN, "unknown-column", "a column is named that is not there";
    UNKNOWN_CONNECTION, "unknown-connection", "a node names a connection that is not there";
    UNKNOWN_ENDPOINT, "unknown-endpoint", "a node names an endpoint that is not there";
    UNKNOWN_KEY, "unknown-key", "a key is not one that is read";
    UNKNOWN_NODE, "unknown-node", "a wire names a node that is not there";
    UNKNOWN_PARAMETER, "unknown-parameter", "a parameter or a payload is given that the endpoint does not take";
    UNKNOWN_SETTING, "unknown-setting", "a reference names a setting that is not there";
    UNKNOWN_TOOL, "unknown-tool", "a node names a tool that is not there";
    UNKNOWN_VALUE, "unknown-value", "a value is none of those that the catalog knows";
    UNREADABLE_FILE, "unreadable-file", "a file that is needed cannot be read";
    UNREADABLE_YAML, "unreadable-yaml", "the file is not YAML that seatflow reads";
    WRONG_KIND, "wrong-kind", "a wire joins anchors that do not carry the same";
    WRONG_TYPE, "wrong-type", "a value is of another type than the one that is needed";
}
