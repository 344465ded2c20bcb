//! The pages on connections, catalogs and the systems of the sandbox: what they show is read, and every name that is read
//! is told.

use crate::program::Folder;

fn yaml_blocks(page: &str) -> Vec<&str> {
    page.split("```yaml\n").skip(1).map(|from| from.split("```").next().unwrap()).collect()
}

#[test]
fn the_connection_that_is_shown_is_without_problems() {
    for shown in yaml_blocks(seatflow_plan::CONNECTION) {
        let folder = Folder::new();
        let nodes = "nodes:\n  accounts:\n    license_api: { connection: portal, endpoint: accounts.list }\n  \
                     save:\n    write_csv: { path: out.csv }\n    D: [accounts, accounts.F]\n";
        folder.write("shown.yaml", format!("version: 1\npipeline: shown\n{shown}{nodes}"));
        let ran = folder.run(&["check", "shown.yaml", "--sandbox"]);
        assert_eq!(ran.status, 0, "{}", ran.stderr);
    }
}

#[test]
fn the_catalogs_that_are_shown_are_without_problems() {
    let blocks = yaml_blocks(seatflow_catalog::FORM);
    assert_eq!(blocks.len(), 3);
    for shown in blocks {
        let folder = Folder::new();
        folder.write("shown.yaml", shown);
        let ran = folder.run(&["catalog", "list", "shown.yaml"]);
        assert_eq!(ran.status, 0, "{}", ran.stderr);
    }
}

/// The valid names that the help of the one problem lists.
fn valid_names(folder: &Folder, arguments: &[&str]) -> Vec<String> {
    let report = folder.run(arguments).stderr;
    let (_, listed) = report.split_once("valid ones are").unwrap_or_else(|| panic!("{report}"));
    let (listed, _) = listed.split_once("\n\n").unwrap_or_else(|| panic!("{report}"));
    listed.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

#[test]
fn every_key_of_a_connection_and_of_its_limits_is_told() {
    for (place, connection) in [("connection", "zzz: 1"), ("limits", "limits: { zzz: 1 }")] {
        let folder = Folder::new();
        let nodes = "nodes:\n  one:\n    rows: [{ a: 1 }]\n";
        let pipeline =
            format!("version: 1\npipeline: p\nconnections:\n  c:\n    catalog: alteryx\n    {connection}\n{nodes}");
        folder.write("p.yaml", pipeline);
        let names = valid_names(&folder, &["check", "p.yaml"]);
        assert!(names.len() > 4, "{place}: {names:?}");
        for name in names {
            assert!(seatflow_plan::CONNECTION.contains(&format!("`{name}`")), "`{name}` of a {place} is not told");
        }
    }
}

#[test]
fn every_key_of_a_catalog_and_of_an_endpoint_is_told() {
    let least = yaml_blocks(seatflow_catalog::FORM)[0];
    for wrong in [format!("{least}zzz: 1\n"), least.replace("    parameters:", "    zzz: 1\n    parameters:")] {
        let folder = Folder::new();
        folder.write("wrong.yaml", &wrong);
        let names = valid_names(&folder, &["catalog", "list", "wrong.yaml"]);
        assert!(names.len() > 4, "{names:?}");
        for name in names {
            assert!(seatflow_catalog::FORM.contains(&format!("`{name}`")), "`{name}` is not told in\n{wrong}");
        }
    }
}

#[test]
fn every_system_of_the_sandbox_with_a_page_tells_where_it_is_and_who_may_log_in() {
    let variables = seatflow_sandbox::environment().unwrap();
    for (system, page) in [
        ("seats", seatflow_sandbox::SEATS),
        ("tenduke", seatflow_sandbox::TENDUKE),
        ("uipath", seatflow_sandbox::UIPATH),
    ] {
        let ran = Folder::new().run(&["explain", system]);
        assert_eq!((ran.status, ran.stdout.as_str()), (0, page), "{}", ran.stderr);
        let prefix = format!("{}_", system.to_uppercase());
        let names = variables.iter().map(|(name, _)| *name).filter(|name| name.starts_with(&prefix));
        let names: Vec<&str> = names.collect();
        assert!(names.len() > 1, "{system}: {names:?}");
        for name in names {
            assert!(page.contains(&format!("`{name}`")), "`{name}` is not told of {system}");
        }
    }
}
