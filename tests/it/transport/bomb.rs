//! An answer that is small on the way, and huge when it is unpacked.

use std::fs;
use std::process::Stdio;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::sync_channel;

use super::{CATALOG, TOKEN, left};
use crate::program::{Folder, Ran};
use crate::secrets::speaker::{Speaker, answer};

const MEBIBYTE: u64 = 1024 * 1024;

/// So many bytes of zero, packed by Zstandard: blocks that say one byte and how often it comes.
fn zeros(bytes: u64) -> Vec<u8> {
    const BLOCK: u64 = 128 * 1024;
    const REPEATED: u64 = 1 << 1;
    // The magic number, no checksum and no length, and a window of one block.
    let mut packed = vec![0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x38];
    for left in (0..bytes / BLOCK).rev() {
        let head = BLOCK << 3 | REPEATED | u64::from(left == 0);
        packed.extend(&head.to_le_bytes()[..3]);
        packed.push(0);
    }
    packed
}

/// The most memory that a process has held so far, in bytes.
fn peak(process: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kibibytes = line.unwrap_or_else(|| panic!("the process has ended: {status}")).trim().trim_end_matches(" kB");
    kibibytes.parse::<u64>().unwrap() * 1024
}

#[test]
fn an_answer_that_unpacks_to_four_times_the_limit_is_on_f_and_never_held_whole() {
    let bomb = answer("200 OK", "content-encoding: zstd\r\n", &zeros(256 * MEBIBYTE));
    assert!(bomb.len() < 16 * 1024);
    let is_first = AtomicBool::new(true);
    let ((arrives, arrival), (goes_on, going_on)) = (sync_channel(1), sync_channel(1));
    // The second request waits, so that the program is there to be looked at.
    let speaker = Speaker::new(move |_| {
        if is_first.swap(false, Ordering::SeqCst) {
            return bomb.clone();
        }
        arrives.send(()).unwrap();
        going_on.recv().unwrap();
        answer("200 OK", "", br#"{"data":[]}"#)
    });
    let folder = Folder::new().variable("TOKEN", TOKEN).variable("BASE_URL", speaker.url());
    folder.write("things.yaml", CATALOG);
    let pipeline = "
version: 1
pipeline: bomb
connections:
  portal:
    catalog: ./things.yaml
    base_url: ${env:BASE_URL}
    authorization: { token: \"${env:TOKEN}\" }
    limits: { concurrency: 1 }
nodes:
  twice: { rows: [{ number: 1 }, { number: 2 }] }
  things: { license_api: { connection: portal, endpoint: things.list }, D: twice }
  failed: { write_csv: { path: out/failed.csv }, D: things.F }
";
    folder.write("bomb.yaml", pipeline);
    let mut command = folder.command(&["run", "bomb.yaml"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    while arrival.try_recv().is_err() && child.try_wait().unwrap().is_none() {
        std::thread::yield_now();
    }
    let peak = peak(child.id());
    goes_on.send(()).unwrap();
    let ran = Ran::from(child.wait_with_output().unwrap());
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    let failed = left(&folder, "failed.csv");
    assert_eq!((failed.len(), failed[0]["error.kind"].as_str()), (1, "too-large"), "{failed:?}");
    assert!(peak < 200 * MEBIBYTE, "{} MiB were held at once", peak / MEBIBYTE);
}
