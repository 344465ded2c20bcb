//! The documents of the systems that are played.

use seatflow_catalog::builtin;
use serde_json::Value;

use crate::system::System;
use crate::world::World;

/// The OpenAPI document of the built-in catalog of that name, for where its system is played; none, if it is not played.
pub(crate) fn document(world: &World, name: &str) -> Option<Value> {
    let system = world.systems.iter().find(|system| system.name() == name)?;
    Some(builtin(name)?.openapi(Some(&base_url(&**system, world))))
}

/// The names of the systems that have one.
pub(crate) fn names(world: &World) -> Vec<&'static str> {
    world.systems.iter().map(|system| system.name()).filter(|name| builtin(name).is_some()).collect()
}

fn base_url(system: &dyn System, world: &World) -> String {
    let variables = system.environment(world).into_iter();
    let mut urls = variables.filter(|(name, _)| name.ends_with("_BASE_URL")).map(|(_, url)| url);
    urls.next().unwrap_or_else(|| format!("http://{}.sandbox.test", system.name()))
}
