//! Bytes per second on the lists of licences and devices that a portal answers with.

#![expect(clippy::unwrap_used, reason = "a bench fails by panicking")]

use std::fmt::Write;
use std::hint::black_box;

use bytes::Bytes;
use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use seatflow_flatten::{Document, Flattener, Options, Path, nest};

const MAX_COLUMNS: usize = 4096;

/// An answer of `{"data": [...]}` whose elements have from none to five parts in an array.
fn body(elements: u32, fields: fn(u32) -> String, array: &str, part: fn(u32) -> String) -> Bytes {
    let mut body = String::from(r#"{"data":["#);
    for element in 0..elements {
        let parts: Vec<_> = (0..element * 7 % 6).map(part).collect();
        let comma = if element > 0 { "," } else { "" };
        write!(body, r#"{comma}{{{},"{array}":[{}]}}"#, fields(element), parts.join(",")).unwrap();
    }
    body.push_str(r#"],"msg":null}"#);
    Bytes::from(body)
}

fn devices(count: u32) -> Bytes {
    let fields = |number| {
        let user = if number % 9 == 0 { "null".to_owned() } else { format!(r#""USR-{number:06}""#) };
        format!(
            r#""id":"DEV-{number:06}","name":"WS-{number:04}","hostId":"8CDCD4{number:06}","hostIdType":"ETHERNET","status":"ACTIVE","userId":{user},"createdDate":"2024-02-12T09:30:00.000+00:00","lastSeenDate":null"#
        )
    };
    let license = |number| {
        format!(
            r#"{{"licenseKey":"AYXD-0001-0001-0001-0001-0001-0001-{number:04}","productLineId":"Alteryx Designer","quantity":{number},"status":"ACTIVE","offline":false,"expirationDate":"2026-12-31T23:59:59.000+00:00"}}"#
        )
    };
    body(count, fields, "licenses", license)
}

fn licenses(count: u32) -> Bytes {
    let fields = |number| {
        format!(
            r#""licenseKey":"AYXD-0001-0001-0001-0001-0001-0001-{number:04}","productLineId":"Alteryx Designer","entitlementId":"ENT-{number:04}","contractId":"C-55001","status":"ACTIVE","quantity":5,"used":2,"available":3,"startDate":"2024-01-01T00:00:00.000+00:00","expirationDate":"2026-12-31T23:59:59.000+00:00""#
        )
    };
    let activation = |number| {
        format!(
            r#"{{"deviceId":"DEV-{number:06}","userId":"USR-{number:06}","quantity":1,"status":"ACTIVE","offline":false,"activatedDate":"2024-02-12T09:30:00.000+00:00"}}"#
        )
    };
    body(count, fields, "activations", activation)
}

fn benches(criterion: &mut Criterion) {
    for (name, body) in [("devices", devices(500)), ("licenses", licenses(300)), ("one device", devices(1))] {
        let mut group = criterion.benchmark_group(name);
        group.throughput(Throughput::Bytes(body.len() as u64));
        let parse = || Document::parse(body.clone(), MAX_COLUMNS).unwrap();
        group.bench_function("parse", |bencher| bencher.iter(|| black_box(parse())));
        let envelope = Some(Path::parse("data").unwrap());
        let new = || Flattener::new(Options { envelope: envelope.clone(), ..Options::default() });
        let mut flattener = new();
        group.bench_function("parse, append, take", |bencher| {
            bencher.iter(|| {
                flattener.append(&parse(), 0).unwrap();
                black_box(flattener.take().unwrap())
            });
        });
        let document = parse();
        group.bench_function("append, take with a new flattener", |bencher| {
            bencher.iter_batched_ref(
                new,
                |flattener| {
                    flattener.append(&document, 0).unwrap();
                    black_box(flattener.take().unwrap())
                },
                BatchSize::SmallInput,
            );
        });
        let mut flattener = new();
        flattener.append(&document, 0).unwrap();
        let rows = flattener.take().unwrap();
        let options = nest::Options { envelope: envelope.clone(), ..nest::Options::default() };
        group.bench_function("nest", |bencher| {
            bencher.iter(|| black_box(nest::nest(&rows, &options).unwrap()));
        });
        group.finish();
    }
}

criterion_group!(flatten, benches);
criterion_main!(flatten);
