//! Where paths lead, and whether two of them lead to one file.

use std::fs;
use std::path::{Component, Path, PathBuf};

/// The most links that are followed on the way; where there are more, they go in a circle.
const MOST_LINKS: usize = 40;

/// Where a path leads, whether something stands there or not.
#[derive(Clone, Debug)]
pub struct Whereabouts {
    path: PathBuf,
    /// What the system knows the file by, if there is one and the system tells.
    file: Option<(u64, u64)>,
}

impl Whereabouts {
    /// Where the path leads, all links followed, also one that leads to what is not there yet.
    pub fn found(path: &Path) -> Self {
        let begin = std::env::current_dir().unwrap_or_default();
        let path = walk(&begin.join(path), |link| fs::read_link(link).ok());
        let file = file_of(&path);
        Self { path, file }
    }

    /// Where the path would lead if there were no links; the system is not asked.
    pub fn spelled(path: &Path) -> Self {
        Self { path: walk(path, |_| None), file: None }
    }

    /// Whether both are one file, or will be when something is written there. Two hard links are one file too.
    pub fn is_same(&self, other: &Self) -> bool {
        self.path == other.path || (self.file.is_some() && self.file == other.file)
    }

    /// Whether it is a folder's, or the folder itself.
    pub fn is_within(&self, folder: &Self) -> bool {
        self.path.starts_with(&folder.path)
    }
}

/// Goes along a path, step by step; a step that is a link goes on to where it leads.
fn walk(path: &Path, link_at: impl Fn(&Path) -> Option<PathBuf>) -> PathBuf {
    let mut reached = PathBuf::new();
    let mut ahead = steps_backwards(path);
    let mut links = 0;
    while let Some(step) = ahead.pop() {
        if step == Path::new("..") {
            // Above the root there is the root, and above where a relative path begins nothing is known.
            let is_inside = reached.file_name().is_some() && reached.pop();
            if !is_inside && !reached.has_root() {
                reached.push(step);
            }
            continue;
        }
        // The root takes the place of all that was reached before.
        reached.push(step);
        if let Some(target) = link_at(&reached).filter(|_| links < MOST_LINKS) {
            links += 1;
            reached.pop();
            ahead.extend(steps_backwards(&target));
        }
    }
    reached
}

fn steps_backwards(path: &Path) -> Vec<PathBuf> {
    let steps = path.components().rev().filter(|step| *step != Component::CurDir);
    steps.map(|step| PathBuf::from(step.as_os_str())).collect()
}

#[cfg(unix)]
fn file_of(path: &Path) -> Option<(u64, u64)> {
    use std::os::unix::fs::MetadataExt;
    fs::metadata(path).ok().map(|found| (found.dev(), found.ino()))
}

#[cfg(not(unix))]
fn file_of(_path: &Path) -> Option<(u64, u64)> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spelling_alone_tells_what_needs_no_system() {
        for (one, other) in
            [("out/a", "./out/../out/./a"), ("/a", "/../b/../../a"), ("../a", "../b/../a"), ("../../a", "../b/../../a")]
        {
            assert!(Whereabouts::spelled(one.as_ref()).is_same(&Whereabouts::spelled(other.as_ref())), "{one} {other}");
        }
        for (one, other) in [("a", "b"), ("../a", "a"), ("../../a", "../a"), ("a", "/a")] {
            assert!(
                !Whereabouts::spelled(one.as_ref()).is_same(&Whereabouts::spelled(other.as_ref())),
                "{one} {other}"
            );
        }
        let folder = Whereabouts::spelled(".state".as_ref());
        for (path, is_within) in [(".state", true), ("x/../.state/deep/a", true), (".state2", false), ("a", false)] {
            assert_eq!(Whereabouts::spelled(path.as_ref()).is_within(&folder), is_within, "{path}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn links_are_followed_also_to_what_is_not_there() {
        use std::os::unix::fs::symlink;
        let folder = tempfile::tempdir().unwrap();
        let at = |path: &str| Whereabouts::found(&folder.path().join(path));
        fs::create_dir(folder.path().join("deep")).unwrap();
        fs::write(folder.path().join("in"), "").unwrap();
        symlink("../in", folder.path().join("deep/link")).unwrap();
        symlink("deep", folder.path().join("folder")).unwrap();
        symlink(folder.path().join("later"), folder.path().join("dangling")).unwrap();
        symlink("round", folder.path().join("round")).unwrap();
        fs::hard_link(folder.path().join("in"), folder.path().join("hard")).unwrap();
        for same in ["deep/link", "folder/link", "folder/../in", "hard"] {
            assert!(at(same).is_same(&at("in")), "{same}");
        }
        assert!(at("dangling/new").is_same(&at("later/new")) && at("dangling/new").is_within(&at("later")));
        assert!(!at("deep/in").is_same(&at("in")) && !at("round").is_same(&at("in")));
    }
}
