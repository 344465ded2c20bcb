//! A server that gives every request the same answer, to measure the client against:
//! `cargo run --release -p seatflow-testkit --example static_server`.
//!
//! It prints its address, and ends when its standard input does.

use std::io::{Read, stdin};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

const BODY: &str = r#"{"data":{"id":"DEV-000412","name":"WS-0412","hostId":"8CDCD4000412","status":"ACTIVE","licenses":[{"licenseKey":"AYXD-0001-0001-0001-0001-0001-0001-0001","quantity":1},{"licenseKey":"AYXI-0002-0002-0002-0002-0002-0002-0002","quantity":1}]},"msg":null}"#;

#[tokio::main]
#[expect(clippy::print_stdout, reason = "its address is what its user needs")]
async fn main() -> std::io::Result<()> {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    println!("http://{}", listener.local_addr()?);
    let served = async {
        let mut connections = tokio::task::JoinSet::new();
        while let Ok((stream, _)) = listener.accept().await {
            connections.spawn(answer(stream));
        }
    };
    let ended = tokio::task::spawn_blocking(|| stdin().read_to_end(&mut Vec::new()));
    tokio::select! {
        () = served => {}
        _ = ended => {}
    }
    Ok(())
}

/// Answers every request of a connection. Requests have no bodies here, so each ends with an empty line.
async fn answer(mut stream: TcpStream) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    let length = BODY.len();
    let answer = format!("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n{BODY}");
    let (mut buffer, mut held) = (vec![0; 16 * 1024], 0);
    loop {
        let read = stream.read(&mut buffer[held..]).await?;
        if read == 0 {
            return Ok(());
        }
        held += read;
        while let Some(end) = buffer[..held].windows(4).position(|four| four == b"\r\n\r\n") {
            buffer.copy_within(end + 4..held, 0);
            held -= end + 4;
            stream.write_all(answer.as_bytes()).await?;
        }
    }
}
