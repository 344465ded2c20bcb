//! What happens to what stands at a place, and beside it.

use std::fs;
use std::io::Write as _;
use std::path::Path;

use tempfile::TempDir;

use super::*;

fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}

fn write(files: &Files, path: &Path, text: &str) {
    let pending = files.take(path).unwrap();
    pending.file().write_all(text.as_bytes()).unwrap();
    files.finish(pending).unwrap();
}

/// The names in a folder.
fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

fn refusal(path: &Path) -> String {
    Files::default().prepare(path).unwrap_err().to_string()
}

#[test]
fn a_file_takes_its_place_at_the_commit_and_not_before() {
    let folder = folder();
    let path = folder.path().join("new/out.csv");
    let files = Files::default();
    files.prepare(&path).unwrap();
    write(&files, &path, "whole");
    assert!(!path.exists());
    files.commit().unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), "whole");
    assert_eq!(names(path.parent().unwrap()), ["out.csv"]);
}

#[cfg(unix)]
#[test]
fn nothing_but_a_file_is_replaced() {
    let folder = folder();
    let path = folder.path().join("taken");
    let cannot = |why: &str| format!("cannot write `{}`: {why}", path.display());
    fs::create_dir(&path).unwrap();
    assert_eq!(refusal(&path), cannot("it is a folder"));
    fs::remove_dir(&path).unwrap();
    let _socket = std::os::unix::net::UnixListener::bind(&path).unwrap();
    assert_eq!(refusal(&path), cannot("it is a socket"));
    fs::remove_file(&path).unwrap();
    assert!(std::process::Command::new("mkfifo").arg(&path).status().unwrap().success());
    assert_eq!(refusal(&path), cannot("it is a pipe"));
    fs::remove_file(&path).unwrap();
    std::os::unix::fs::symlink("/dev/null", &path).unwrap();
    assert_eq!(refusal(&path), cannot("it is a device"));
    assert_eq!(refusal(Path::new("/dev/null")), "cannot write `/dev/null`: it is a device");
    fs::remove_file(&path).unwrap();
    std::os::unix::fs::symlink("nowhere", &path).unwrap();
    assert_eq!(refusal(&path), cannot("it is a link to something that is not there"));
    let slash = folder.path().join("new/");
    assert_eq!(refusal(&slash), format!("cannot write `{}`: it does not name a file", slash.display()));
    assert_eq!(names(folder.path()), ["taken"]);
}

#[cfg(unix)]
#[test]
fn a_link_is_written_through() {
    let folder = folder();
    fs::create_dir(folder.path().join("far")).unwrap();
    fs::write(folder.path().join("far/target.csv"), "old").unwrap();
    let link = folder.path().join("link.csv");
    std::os::unix::fs::symlink("far/target.csv", &link).unwrap();
    let files = Files::default();
    files.prepare(&link).unwrap();
    write(&files, &link, "new");
    files.commit().unwrap();
    assert_eq!(fs::read_link(&link).unwrap(), Path::new("far/target.csv"));
    assert_eq!(fs::read_to_string(folder.path().join("far/target.csv")).unwrap(), "new");
}

#[cfg(unix)]
#[test]
fn two_spellings_of_one_file_are_refused_with_both_named() {
    let folder = folder();
    let plain = folder.path().join("real/out.csv");
    let linked = folder.path().join("link/out.csv");
    let dotted = folder.path().join("real/../real/./out.csv");
    fs::create_dir(folder.path().join("real")).unwrap();
    std::os::unix::fs::symlink("real", folder.path().join("link")).unwrap();
    let files = Files::default();
    files.prepare(&plain).unwrap();
    for other in [&linked, &dotted] {
        let told = files.prepare(other).unwrap_err().to_string();
        assert_eq!(told, format!("`{}` and `{}` are the same file", plain.display(), other.display()));
    }
    files.prepare(&folder.path().join("link/other.csv")).unwrap();
}

#[test]
fn a_file_that_does_not_come_to_its_place_is_kept_and_the_error_says_where() {
    let folder = folder();
    let [first, second, third] = ["a.csv", "b.csv", "c.csv"].map(|name| folder.path().join(name));
    let files = Files::default();
    for path in [&first, &second, &third] {
        files.prepare(path).unwrap();
        write(&files, path, &path.display().to_string());
    }
    fs::create_dir(&second).unwrap();
    let error = files.commit().unwrap_err();
    assert!(error.to_string().starts_with(&format!("cannot write `{}`: ", second.display())), "{error}");
    let told: Vec<&str> = error.what_to_do().unwrap().split("; ").collect();
    assert_eq!(told[0], format!("`{}` is in its place", first.display()));
    for (path, told) in [(&second, told[1]), (&third, told[2])] {
        let kept = told.strip_prefix(&format!("`{}` is whole in `", path.display())).unwrap().trim_end_matches('`');
        assert_eq!(fs::read_to_string(kept).unwrap(), path.display().to_string());
        // A later run leaves it alone.
        fs::remove_dir(path).ok();
        Files::default().prepare(path).unwrap();
        assert!(Path::new(kept).exists());
    }
}

#[test]
fn what_a_killed_run_has_left_is_removed_and_what_somebody_writes_is_not() {
    let folder = folder();
    let path = folder.path().join("out.csv");
    let living = Files::default();
    living.prepare(&path).unwrap();
    let [written] = names(folder.path()).try_into().unwrap();
    assert!(written.starts_with(".out.csv.seatflow-"), "{written}");
    let others = [".out.csv.seatflow-", ".out.csv.seatflow-notmine", ".other.csv.seatflow-aB3dE9", "out.csv"];
    for name in others.into_iter().chain([".out.csv.seatflow-aB3dE9"]) {
        fs::write(folder.path().join(name), "").unwrap();
    }
    let next = Files::default();
    next.prepare(&path).unwrap();
    let after = names(folder.path());
    assert!(!after.contains(&".out.csv.seatflow-aB3dE9".to_owned()), "{after:?}");
    assert!(after.contains(&written) && others.iter().all(|name| after.contains(&(*name).to_owned())), "{after:?}");
    assert_eq!(after.len(), others.len() + 2);
}

#[test]
fn a_long_name_has_a_place_too() {
    let folder = folder();
    let path = folder.path().join("ä".repeat(125));
    let files = Files::default();
    files.prepare(&path).unwrap();
    write(&files, &path, "");
    files.commit().unwrap();
    assert!(path.exists());
}
