//! Rules that hold only for some instances.

use jsonschema::paths::Location;

/// Below these the next step is a name, not a keyword.
const NAMING: [&str; 6] =
    ["properties", "patternProperties", "$defs", "definitions", "dependentSchemas", "dependencies"];

/// What is below these holds only where something else in the instance does.
const CONDITIONAL: [&str; 4] = ["then", "else", "dependentSchemas", "dependencies"];

/// Whether a rule, by the way that led to it in the schema, holds only where something else in the instance does.
pub(super) fn on_the_instance(way: &Location) -> bool {
    let mut is_name = false;
    way.segments().any(|segment| {
        let step = segment.to_string();
        let is_keyword = !std::mem::take(&mut is_name);
        is_name = is_keyword && NAMING.contains(&step.as_str());
        is_keyword && CONDITIONAL.contains(&step.as_str())
    })
}
