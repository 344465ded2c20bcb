//! How many requests a second a sandbox answers: `cargo run --release -p seatflow-sandbox --example load`.
//!
//! Client and server share the machine. Each line is one kind of request, over 32 connections that stay open, with the
//! state in memory and in a file: reads that are the same every time, reads that differ every time, pages of devices,
//! and writes.

use std::net::SocketAddr;
use std::time::Instant;

use seatflow_sandbox::{Sandbox, Settings};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

const CONNECTIONS: usize = 32;
const ACCOUNTS: usize = 50;
const DEVICES: usize = 1000;

type Failure = Box<dyn std::error::Error + Send + Sync>;

#[tokio::main]
#[expect(clippy::print_stdout, reason = "the rates are what this program is for")]
async fn main() -> Result<(), Failure> {
    let folder = tempfile::tempdir()?;
    for (place, database) in [("memory", None), ("a file", Some(folder.path().join("sandbox.db")))] {
        let settings = Settings { database, accounts: ACCOUNTS, devices: DEVICES, ..Settings::default() };
        let start = Instant::now();
        let sandbox = Sandbox::start(settings.clone()).await?;
        println!("in {place}, filled in {} ms", start.elapsed().as_millis());
        measure(&sandbox).await?;
        sandbox.stop().await;
        if settings.database.is_some() {
            let start = Instant::now();
            Sandbox::start(settings).await?.stop().await;
            println!("  found again in {} ms", start.elapsed().as_millis());
        }
    }
    Ok(())
}

#[expect(clippy::print_stdout, reason = "the rates are what this program is for")]
async fn measure(sandbox: &Sandbox) -> Result<(), Failure> {
    let address = sandbox.address();
    let token = log_in(address).await?;
    let read =
        move |target: &str| format!("GET {target} HTTP/1.1\r\nhost: alteryx\r\nauthorization: Bearer {token}\r\n\r\n");
    let same = {
        let read = read.clone();
        move |_| read("/v1/devices?accountId=ACC-100234")
    };
    let different = {
        let read = read.clone();
        move |number| {
            let account = number / DEVICES % ACCOUNTS + 1;
            read(&format!("/v1/devices/DEV-2{:06}?accountId=ACC-2{account:05}", number % (ACCOUNTS * DEVICES) + 1))
        }
    };
    let pages = move |number| {
        let (account, page) = (number % ACCOUNTS + 1, number / ACCOUNTS % 10);
        read(&format!("/v1/devices?accountId=ACC-2{account:05}&size=100&page={page}"))
    };
    println!("  the same device list: {:.0} a second", rate(address, 400_000, same).await?);
    println!("  one device after the other: {:.0} a second", rate(address, 50_000, different).await?);
    println!("  pages of 100 devices, first time: {:.0} a second", rate(address, 500, pages.clone()).await?);
    println!("  pages of 100 devices, again: {:.0} a second", rate(address, 100_000, pages).await?);
    let environment = sandbox.environment();
    let token = environment.into_iter().find(|(name, _)| *name == "SEATS_TOKEN").ok_or("no token for seats")?.1;
    let write = move |number| {
        let payload = format!("{{\"holder\": \"holder {number}\"}}");
        format!(
            "PATCH /v1/seats/seat-0001 HTTP/1.1\r\nhost: seats\r\nauthorization: Bearer {token}\r\n\
             content-type: application/json\r\ncontent-length: {}\r\n\r\n{payload}",
            payload.len()
        )
    };
    println!("  a seat given to another: {:.0} a second", rate(address, 50_000, write).await?);
    Ok(())
}

async fn log_in(address: SocketAddr) -> Result<String, Failure> {
    let form = "grant_type=refresh_token&refresh_token=rt-000001";
    let request = format!(
        "POST /b2c/oauth2/v2.0/token HTTP/1.1\r\nhost: alteryx\r\ncontent-type: application/x-www-form-urlencoded\r\n\
         content-length: {}\r\n\r\n{form}",
        form.len()
    );
    let mut stream = TcpStream::connect(address).await?;
    let answer = exchange(&mut stream, &request, &mut Vec::new()).await?;
    let value: serde_json::Value = serde_json::from_slice(&answer)?;
    Ok(value["access_token"].as_str().ok_or("no access token")?.to_owned())
}

/// Sends so many requests and gives how many a second were answered.
async fn rate(
    address: SocketAddr,
    requests: usize,
    request: impl Fn(usize) -> String + Clone + Send + 'static,
) -> Result<f64, Failure> {
    let start = Instant::now();
    let mut clients = JoinSet::new();
    for client in 0..CONNECTIONS {
        let request = request.clone();
        clients.spawn(async move {
            let mut stream = TcpStream::connect(address).await?;
            let mut buffer = Vec::new();
            for number in (client..requests).step_by(CONNECTIONS) {
                exchange(&mut stream, &request(number), &mut buffer).await?;
            }
            Ok::<_, Failure>(())
        });
    }
    while let Some(client) = clients.join_next().await {
        client??;
    }
    let count: u32 = requests.try_into()?;
    Ok(f64::from(count) / start.elapsed().as_secs_f64())
}

/// Sends a request and reads its answer, which has to be a success; gives the body.
async fn exchange(stream: &mut TcpStream, request: &str, buffer: &mut Vec<u8>) -> Result<Vec<u8>, Failure> {
    buffer.clear();
    stream.write_all(request.as_bytes()).await?;
    loop {
        if stream.read_buf(buffer).await? == 0 {
            return Err("the connection ended".into());
        }
        let Some(end) = buffer.windows(4).position(|part| part == b"\r\n\r\n") else { continue };
        let head = std::str::from_utf8(&buffer[..end])?.to_ascii_lowercase();
        let (_, rest) = head.split_once("content-length: ").ok_or("no length")?;
        let length: usize = rest.split("\r\n").next().unwrap_or_default().parse()?;
        if buffer.len() >= end + 4 + length {
            if !head.starts_with("http/1.1 200") {
                return Err(head.into());
            }
            return Ok(buffer[end + 4..end + 4 + length].to_vec());
        }
    }
}
