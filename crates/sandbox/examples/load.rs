//! How many requests a second a sandbox answers: `cargo run --release -p seatflow-sandbox --example load`.
//!
//! Client and server share the machine. Each line is one kind of read, over 32 connections that stay open: one that
//! is the same every time, one that differs every time, and pages of devices.

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
    let settings = Settings { accounts: ACCOUNTS, devices: DEVICES, ..Settings::default() };
    let sandbox = Sandbox::start(settings).await?;
    let token = log_in(sandbox.address()).await?;
    let same = |_| "/v1/devices?accountId=ACC-100234".to_owned();
    let different = |number| {
        let account = number / DEVICES % ACCOUNTS + 1;
        format!("/v1/devices/DEV-2{:06}?accountId=ACC-2{account:05}", number % (ACCOUNTS * DEVICES) + 1)
    };
    let pages = |number| {
        format!("/v1/devices?accountId=ACC-2{:05}&size=100&page={}", number % ACCOUNTS + 1, number / ACCOUNTS % 10)
    };
    println!("the same device list: {:.0} a second", rate(sandbox.address(), &token, 400_000, same).await?);
    println!("one device after the other: {:.0} a second", rate(sandbox.address(), &token, 50_000, different).await?);
    println!("pages of 100 devices, first time: {:.0} a second", rate(sandbox.address(), &token, 500, pages).await?);
    println!("pages of 100 devices, again: {:.0} a second", rate(sandbox.address(), &token, 100_000, pages).await?);
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
    token: &str,
    requests: usize,
    target: impl Fn(usize) -> String + Copy + Send + 'static,
) -> Result<f64, Failure> {
    let start = Instant::now();
    let mut clients = JoinSet::new();
    for client in 0..CONNECTIONS {
        let token = token.to_owned();
        clients.spawn(async move {
            let mut stream = TcpStream::connect(address).await?;
            let mut buffer = Vec::new();
            for number in (client..requests).step_by(CONNECTIONS) {
                let target = target(number);
                let request =
                    format!("GET {target} HTTP/1.1\r\nhost: alteryx\r\nauthorization: Bearer {token}\r\n\r\n");
                exchange(&mut stream, &request, &mut buffer).await?;
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
