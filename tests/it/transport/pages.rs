//! Pages of every kind that a catalog can say, and servers that never come to an end.

use std::fs;

use super::server::{Server, answer};
use super::{failed, left, pipeline, run};
use crate::program::{Folder, Ran, repository};

/// A kind of paging: its endpoint, and its three pages in order, each with the target that is asked for it, with what
/// stands in its head and in its body beside the records, and with how many records it has.
struct Kind {
    endpoint: &'static str,
    pages: [(&'static str, &'static str, &'static str, usize); 3],
}

const KINDS: [Kind; 6] = [
    Kind {
        endpoint: "things.listByPage",
        pages: [
            ("/by-page?page=1&size=2", "", "", 2),
            ("/by-page?page=2&size=2", "", "", 2),
            ("/by-page?page=3&size=2", "", "", 1),
        ],
    },
    Kind {
        endpoint: "things.listByOffset",
        pages: [
            ("/by-offset?offset=0&limit=2", "", "", 2),
            ("/by-offset?offset=2&limit=2", "", "", 2),
            ("/by-offset?offset=4&limit=2", "", "", 1),
        ],
    },
    Kind {
        endpoint: "things.listByCursor",
        pages: [
            ("/by-cursor", "", r#","meta":{"next":"a b"}"#, 2),
            ("/by-cursor?after=a%20b", "", r#","meta":{"next":"c"}"#, 0),
            ("/by-cursor?after=c", "", r#","meta":{"next":null}"#, 3),
        ],
    },
    Kind {
        endpoint: "things.listByLink",
        pages: [
            ("/by-link", "link: </by-link?p=2>; rel=\"next\"\r\n", "", 1),
            ("/by-link?p=2", "link: </by-link>; rel=\"prev\", </by-link?p=3>; rel=\"last next\"\r\n", "", 3),
            ("/by-link?p=3", "link: </by-link>; rel=\"first\"\r\n", "", 1),
        ],
    },
    Kind {
        endpoint: "things.listByUrl",
        pages: [
            ("/by-url", "", r#","odata.nextLink":"/by-url?$skip=2""#, 2),
            ("/by-url?$skip=2", "", r#","odata.nextLink":"?$skip=4""#, 2),
            ("/by-url?$skip=4", "", "", 1),
        ],
    },
    Kind {
        endpoint: "things.listByRange",
        pages: [
            ("/graph/thing%7bi=0,r=2%7d", "", "", 2),
            ("/graph/thing%7bi=2,r=2%7d", "", "", 2),
            ("/graph/thing%7bi=4,r=2%7d", "", "", 1),
        ],
    },
];

/// Lists the things of a server that gives these answers, the last of them on and on.
fn list(endpoint: &str, answers: Vec<Vec<u8>>) -> (Server, Folder, Ran) {
    let server = Server::script(answers);
    let folder = Folder::new().variable("TOKEN", super::TOKEN);
    folder.write("things.yaml", fs::read(repository().join("fixtures/catalogs/pages.yaml")).unwrap());
    folder.write("list.yaml", pipeline(&format!("base_url: {}", server.url()), endpoint));
    let ran = run(&folder);
    (server, folder, ran)
}

impl Kind {
    /// The answers; each thing is numbered on.
    fn answers(&self) -> Vec<Vec<u8>> {
        let mut number = 0;
        let page = |(_, headers, beside, records): &(&str, &str, &str, usize)| {
            let things = (0..*records).map(|_| {
                number += 1;
                format!(r#"{{"name":"{number}"}}"#)
            });
            let things = things.collect::<Vec<_>>().join(",");
            answer("200 OK", headers, format!(r#"{{"data":[{things}]{beside}}}"#).as_bytes())
        };
        self.pages.iter().map(page).collect()
    }
}

/// What was asked for, in the order of arrival.
fn targets(server: &Server) -> Vec<String> {
    server.heads().iter().map(|head| head.split(' ').nth(1).unwrap().to_owned()).collect()
}

#[test]
fn all_records_come_page_by_page_in_their_order() {
    for kind in &KINDS {
        let (server, folder, ran) = list(kind.endpoint, kind.answers());
        assert_eq!(ran.status, 0, "{}: {}", kind.endpoint, ran.stderr);
        assert_eq!(targets(&server), kind.pages.map(|(target, ..)| target), "{}", kind.endpoint);
        let names: Vec<String> = left(&folder, "things.csv").iter().map(|row| row["name"].clone()).collect();
        assert_eq!(names, ["1", "2", "3", "4", "5"], "{}", kind.endpoint);
    }
}

#[test]
fn a_server_that_goes_in_a_circle_is_left() {
    for kind in &KINDS {
        let again = kind.answers()[0].clone();
        let (server, folder, ran) = list(kind.endpoint, vec![again]);
        assert_eq!(ran.status, 0, "{}: {}", kind.endpoint, ran.stderr);
        let (failure, why) = failed(&folder);
        assert_eq!(failure, "incomplete", "{}: {why}", kind.endpoint);
        assert!(why.contains("the server sends the same"), "{}: {why}", kind.endpoint);
        assert_eq!(server.heads().len(), 2, "{}: it is seen at the first repetition", kind.endpoint);
        assert_eq!(left(&folder, "things.csv").len(), 0, "{}: half a list is none", kind.endpoint);
    }
}
