//! The ways to authorize.

use serde_json::{Value, json};

use super::document::{Document, Found, Version};
use super::report::Report;
use super::server::tell_if_open;
use super::words::on_one_line;

/// Reads the security schemes, in the order of the document.
pub(super) fn read(document: Document<'_>, report: &mut Report) -> Vec<Value> {
    let at = if document.version == Version::Swagger2 { "/securityDefinitions" } else { "/components/securitySchemes" };
    let Some(value) = document.at(at) else { return Vec::new() };
    let mut ways: Vec<Value> = Vec::new();
    for (_, scheme) in (Found { value, pointer: at.to_owned() }).fields() {
        match document.resolve(scheme.value, &scheme.pointer) {
            Ok(scheme) => {
                for way in ways_of(&scheme, report) {
                    if !ways.contains(&way) {
                        ways.push(way);
                    }
                }
            }
            Err(why) => report.add(&scheme.pointer, why),
        }
    }
    ways
}

fn ways_of(scheme: &Found<'_>, report: &mut Report) -> Vec<Value> {
    let at = &scheme.pointer;
    let mut refused = |why: String| {
        report.add(at, why);
        Vec::new()
    };
    match scheme.text("type").unwrap_or_default() {
        "basic" => vec![way("basic", scheme, &[])],
        "http" => match scheme.text("scheme").unwrap_or_default().to_lowercase().as_str() {
            "bearer" => vec![way("bearer", scheme, &[])],
            "basic" => vec![way("basic", scheme, &[])],
            other => refused(format!("nobody authorizes by HTTP's `{other}`")),
        },
        "apiKey" => match (scheme.text("in"), scheme.text("name")) {
            (Some("header"), Some(name)) if !name.is_empty() => vec![way("header", scheme, &[("header", name)])],
            (place, _) => refused(format!("no key is sent in the {}", place.unwrap_or("place that is not said"))),
        },
        "oauth2" => flows(scheme, report),
        "openIdConnect" => {
            report.add(at, "nothing is discovered: `bearer` sends a token that comes from elsewhere");
            vec![way("bearer", scheme, &[])]
        }
        "mutualTLS" => refused("a certificate is a setting of the connection".to_owned()),
        other => refused(format!("nobody authorizes by `{other}`")),
    }
}

/// The flows of OAuth 2.0, which Swagger 2.0 has one at a time.
fn flows(scheme: &Found<'_>, report: &mut Report) -> Vec<Value> {
    if let Some(flow) = scheme.text("flow") {
        return flow_of(flow, scheme, scheme, report).into_iter().collect();
    }
    let Some(flows) = scheme.get("flows") else { return Vec::new() };
    let flows = flows.fields().filter(|(name, _)| !name.starts_with("x-"));
    flows.filter_map(|(name, flow)| flow_of(name, scheme, &flow, report)).collect()
}

fn flow_of(name: &str, scheme: &Found<'_>, flow: &Found<'_>, report: &mut Report) -> Option<Value> {
    let kind = match name {
        "clientCredentials" | "application" => "client-credentials",
        "authorizationCode" | "accessCode" => "refresh-token",
        "implicit" => {
            report.add(&flow.pointer, "nobody logs in by a page: `bearer` sends a token that comes from elsewhere");
            return Some(way("bearer", scheme, &[]));
        }
        // The way `ropc` sends what one vendor asks for, and not what OAuth 2.0 does.
        "password" => {
            report.add(
                &flow.pointer,
                "nobody asks for a token with a password: `bearer` sends one that comes from elsewhere",
            );
            return Some(way("bearer", scheme, &[]));
        }
        other => {
            report.add(&flow.pointer, format!("the flow `{other}` is not gone through"));
            return None;
        }
    };
    let scopes: Vec<&str> = flow.get("scopes").iter().flat_map(Found::fields).map(|(name, _)| name).collect();
    if !scopes.is_empty() {
        let why = format!("a connection says for which scopes it asks; there are {}", scopes.join(", "));
        report.add(&flow.pointer, why);
    }
    let url = flow.text("refreshUrl").filter(|_| kind == "refresh-token").or_else(|| flow.text("tokenUrl"));
    match url {
        Some(url) if url.starts_with("https://") || url.starts_with("http://") => {
            tell_if_open(url, &flow.pointer, report);
            Some(way(kind, scheme, &[("auth_url", url)]))
        }
        other => {
            if let Some(other) = other {
                report.add(&flow.pointer, format!("`{other}` is no whole URL: the connection says where tokens are"));
            }
            Some(way(kind, scheme, &[]))
        }
    }
}

fn way(kind: &str, scheme: &Found<'_>, said: &[(&str, &str)]) -> Value {
    let mut way = json!({ "kind": kind });
    for (key, value) in said {
        way[*key] = json!(value);
    }
    if let Some(description) = scheme.text("description").and_then(on_one_line) {
        way["description"] = json!(description);
    }
    way["source"] = json!("documented");
    way
}
