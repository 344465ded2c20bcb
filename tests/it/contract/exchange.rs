//! A request and its answer.

use std::fmt;

use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};
use url::Url;

/// A request that was sent, and the answer that came.
pub(super) struct Exchange {
    /// The first label of the host.
    pub(super) system: String,
    pub(super) method: String,
    pub(super) url: Url,
    pub(super) media: String,
    pub(super) body: String,
    pub(super) status: u16,
    pub(super) answer_media: String,
    pub(super) answer: Option<String>,
}

impl Exchange {
    /// The one of a line of L; none, if there was no answer, or if it is a login, which no catalog describes.
    pub(super) fn of(line: &Value) -> Option<Self> {
        let text = |name: &str| line[name].as_str().map(str::to_owned);
        let is_call = line["request.headers"].as_str().is_some_and(|headers| headers.contains("\"authorization\""));
        let url = Url::parse(line["url"].as_str().unwrap()).unwrap();
        let media = |headers: &str| {
            let headers: Value = serde_json::from_str(line[headers].as_str().unwrap_or("{}")).unwrap();
            let media = headers["content-type"].as_str().unwrap_or_default();
            media.split(';').next().unwrap().to_owned()
        };
        is_call.then_some(())?;
        Some(Self {
            system: url.host_str().unwrap().split('.').next().unwrap().to_owned(),
            method: text("method").unwrap().to_lowercase(),
            media: media("request.headers"),
            body: text("request.body").unwrap_or_default(),
            status: line["status"].as_u64()?.try_into().unwrap(),
            answer_media: media("response.headers"),
            answer: text("response.body"),
            url,
        })
    }

    /// The parts of the path, decoded.
    pub(super) fn path(&self) -> Vec<String> {
        self.url.path().split('/').map(|part| percent_decode_str(part).decode_utf8().unwrap().into_owned()).collect()
    }

    /// The payload as JSON; of a form, its fields as texts, and those that come again as lists of texts.
    pub(super) fn payload(&self) -> Value {
        if self.media != "application/x-www-form-urlencoded" {
            return serde_json::from_str(&self.body).unwrap();
        }
        let mut fields: Map<String, Value> = Map::new();
        let pairs = Url::parse(&format!("http://form/?{}", self.body)).unwrap();
        for (name, value) in pairs.query_pairs() {
            let value = Value::String(value.into_owned());
            match fields.get_mut(name.as_ref()) {
                None => drop(fields.insert(name.into_owned(), value)),
                Some(Value::Array(values)) => values.push(value),
                Some(one) => *one = Value::Array(vec![one.take(), value]),
            }
        }
        Value::Object(fields)
    }
}

impl fmt::Display for Exchange {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { method, url, body, status, answer, .. } = self;
        write!(formatter, "{method} {url} {body} -> {status} {}", answer.as_deref().unwrap_or_default())
    }
}
