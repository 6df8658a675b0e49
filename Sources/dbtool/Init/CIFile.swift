/// The file that runs the gate in CI.
enum CIFile {
  /// Its place and text; nil for none.
  static func file(_ ci: ProjectPlan.CI) -> ProjectFiles.File? {
    switch ci {
    case .none: nil
    case .github: (".github/workflows/dbtool.yml", github)
    case .gitlab: (".gitlab-ci.yml", gitlab)
    }
  }

  private static let github = #"""
    # Runs the gate on a throwaway PostgreSQL: lint, migrations up and down, policies, seeds, and the
    # proof that tenants are kept apart.
    name: dbtool
    on:
      pull_request:
      push:
        branches: [main]
    permissions:
      contents: read
    jobs:
      gate:
        runs-on: ubuntu-latest
        steps:
          - uses: actions/checkout@v4
            with:
              # What is new is told by comparing with the main branch.
              fetch-depth: 0
          - name: Install dbtool and PostgreSQL
            env:
              # A variable of the repository: where your team keeps the Debian package of dbtool.
              DBTOOL_PACKAGE: ${{ vars.DBTOOL_PACKAGE }}
            run: |
              curl --fail --silent --show-error --location --output dbtool.deb "$DBTOOL_PACKAGE"
              sudo apt-get update -qq
              sudo apt-get install -qq -y ./dbtool.deb postgresql
          - name: Gate
            run: dbtool gate --format github --report sarif=dbtool.sarif --report html=dbtool.html
          - name: Keep the reports
            if: always()
            uses: actions/upload-artifact@v4
            with:
              name: dbtool
              path: |
                dbtool.sarif
                dbtool.html

    """#

  private static let gitlab = #"""
    # Runs the gate on a throwaway PostgreSQL: lint, migrations up and down, policies, seeds, and the
    # proof that tenants are kept apart.
    gate:
      image: debian:bookworm
      variables:
        # What is new is told by comparing with the main branch.
        GIT_DEPTH: "0"
      before_script:
        # DBTOOL_PACKAGE, a variable of the project: where your team keeps the Debian package of dbtool.
        - apt-get update -qq && apt-get install -qq -y ca-certificates curl git postgresql
        - curl --fail --silent --show-error --location --output dbtool.deb "$DBTOOL_PACKAGE"
        - apt-get install -qq -y ./dbtool.deb
      script:
        - dbtool gate --format junit --output dbtool.xml
            --report gitlab=dbtool-quality.json --report html=dbtool.html
      artifacts:
        when: always
        paths: [dbtool.html]
        reports:
          junit: dbtool.xml
          codequality: dbtool-quality.json

    """#
}
