//! Proxies of the environment and of a connection.

use super::server::{Server, answer};
use super::{TOKEN, assert_unsaid, failed, folder, left, run};
use crate::played::Played;

const PASSWORD: &str = "pr0xy-pass";

/// A proxy that answers itself.
fn proxy() -> Server {
    Server::new(answer("200 OK", "content-type: application/json\r\n", br#"{"data":[{"id":"t-1"}]}"#))
}

/// A host that only a proxy can know.
const FAR: &str = "base_url: http://portal.invalid/api";

#[test]
fn a_proxy_of_the_environment_is_asked_for_other_hosts() {
    for name in ["HTTP_PROXY", "http_proxy", "ALL_PROXY"] {
        let proxy = proxy();
        let folder = folder(FAR).variable(name, proxy.url().replace("//", &format!("//ada:{PASSWORD}@")));
        let ran = run(&folder);
        assert_eq!(ran.status, 0, "{name}: {}", ran.stderr);
        assert_eq!(left(&folder, "things.csv")[0]["id"], "t-1");
        let heads = proxy.heads();
        assert!(heads[0].starts_with("get http://portal.invalid/api/things http/1.1\r\n"), "{}", heads[0]);
        assert!(heads[0].contains("\r\nproxy-authorization: basic "), "{}", heads[0]);
        assert_unsaid(PASSWORD, &ran, &folder);
    }
}

#[test]
fn a_host_that_needs_no_proxy_is_asked_itself() {
    let proxy = proxy();
    let folder = folder(FAR).variable("HTTP_PROXY", proxy.url()).variable("NO_PROXY", "other.test,portal.invalid");
    assert_eq!(run(&folder).status, 0);
    let expected = ("connect".to_owned(), "no connection to `portal.invalid`: there is no such host".to_owned());
    assert_eq!(failed(&folder), expected);
    let folder = super::folder(&format!("{FAR}\n    proxy: none")).variable("HTTP_PROXY", proxy.url());
    assert_eq!(run(&folder).status, 0);
    assert_eq!(failed(&folder), expected);
    let near = super::folder(&format!("base_url: {}", self::proxy().url())).variable("HTTP_PROXY", proxy.url());
    assert_eq!(run(&near).status, 0);
    assert_eq!(proxy.heads().len(), 0);
}

#[test]
fn a_proxy_of_the_connection_wins_and_its_password_is_said_nowhere() {
    let (own, other) = (proxy(), proxy());
    let folder = folder(&format!("{FAR}\n    proxy: \"http://ada:${{env:PASSWORD}}@127.0.0.1:{}\"", own.port))
        .variable("PASSWORD", PASSWORD)
        .variable("HTTP_PROXY", other.url());
    let ran = run(&folder);
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    assert_eq!((own.heads().len(), other.heads().len()), (1, 0));
    assert_unsaid(PASSWORD, &ran, &folder);
}

#[test]
fn a_proxy_that_turns_the_caller_away_is_named_without_its_password() {
    let proxy = Server::new(answer("407 Proxy Authentication Required", "", b""));
    for base in ["http://portal.invalid", "https://portal.invalid"] {
        let url = proxy.url().replace("//", &format!("//ada:{PASSWORD}@"));
        let folder = folder(&format!("base_url: {base}\n    proxy: ${{env:PROXY}}")).variable("PROXY", url);
        let ran = run(&folder);
        assert_eq!(ran.status, 0, "{}", ran.stderr);
        let expected = format!(
            "the proxy `{}` asks for a user and a password that it accepts (407 Proxy Authentication Required)",
            proxy.url()
        );
        assert_eq!(failed(&folder), ("connect".to_owned(), expected), "{base}");
        assert_unsaid(PASSWORD, &ran, &folder);
    }
    let heads = proxy.heads();
    assert_eq!(heads.len(), 2, "it is not asked again");
    assert!(heads[1].starts_with("connect portal.invalid:443 http/1.1\r\n"), "{}", heads[1]);
    assert!(!heads[1].contains(TOKEN), "{}", heads[1]);
}

#[test]
fn a_proxy_that_is_down_is_named() {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    for (name, base) in [("HTTPS_PROXY", "https://portal.invalid"), ("HTTP_PROXY", "http://portal.invalid")] {
        let folder = folder(&format!("base_url: {base}")).variable(name, format!("http://127.0.0.1:{port}"));
        assert_eq!(run(&folder).status, 0);
        let (kind, message) = failed(&folder);
        let expected = format!("no connection to `portal.invalid` through the proxy `http://127.0.0.1:{port}`: ");
        assert_eq!(kind, "connect");
        assert!(message.starts_with(&expected), "{message}");
    }
}

#[test]
fn a_variable_that_names_no_http_proxy_ends_the_run_before_anything_is_sent() {
    for (name, value, reason) in [
        ("ALL_PROXY", format!("socks5://ada:{PASSWORD}@127.0.0.1:1080"), "is neither http nor https"),
        ("HTTP_PROXY", format!("http://ada:{PASSWORD}@[bad"), "is no URL: invalid IPv6 address"),
        ("http_proxy", "::bad".to_owned(), "is no URL: empty host"),
        ("HTTP_PROXY", ":99999".to_owned(), "is no URL: empty host"),
    ] {
        let near = proxy();
        let folder = folder(FAR).variable(name, &value);
        let beside = "nodes:\n  near: { license_api: { connection: near, endpoint: things.list } }\n";
        let connection = format!(
            "connections:\n  near: {{ catalog: ./things.yaml, base_url: \"{}\", authorization: {{ token: t }} }}\n",
            near.url()
        );
        let text = folder.read("list.yaml").replace("connections:\n", &connection).replace("nodes:\n", beside);
        folder.write("list.yaml", text);
        let ran = run(&folder);
        assert_eq!((ran.status, near.heads().len()), (4, 0), "{}", ran.stderr);
        let lines: Vec<&str> = ran.stderr.split("  × ").last().unwrap().split_whitespace().collect();
        let expected = format!(
            "the connection `portal` cannot be opened: the proxy cannot be used: the environment variable `{name}` {reason} \
             help: write `http://host:port` into `{name}` or unset it, or give the connection a `proxy`"
        );
        assert_eq!(lines.join(" "), expected);
        assert!(!ran.stderr.contains(&value));
        assert_unsaid(PASSWORD, &ran, &folder);
    }
}

#[test]
fn a_sandbox_needs_no_proxy() {
    let proxy = proxy();
    let played = Played::with_faults(&[]).variable("HTTP_PROXY", &proxy.url());
    let text = crate::faults::devices("", &[crate::faults::ONE_PAGE])
        .replace("    limits:", &format!("    proxy: {}\n    limits:", proxy.url()));
    let ran = played.run_with(&text, &["--sandbox"]);
    assert_eq!(ran.status, 0, "{}", ran.stderr);
    assert_eq!(played.rows("failed.csv").len(), 0);
    assert_eq!(proxy.heads().len(), 0);
}
