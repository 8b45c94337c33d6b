"""What the figures say in the end, and the papers."""


def figures(stage):
    stage.scene("The figures")
    env = stage.act("gao.head", "looks at the reports")
    stage.warranty_report(env)
    results = env["aftersales.integrity"].run()
    stage.table(
        [
            [
                "ok" if law["ok"] else "BROKEN",
                law["law"],
                law["count"],
                law["sample"] or "",
            ]
            for law in results
        ]
    )
    broken = [law["law"] for law in results if not law["ok"]]
    stage.check(len(results) >= 10, "Ten laws must be checked.")
    stage.check(not broken, f"Laws are broken: {', '.join(broken)}")
    stage.line("Conservation laws", "all hold")


def papers(stage):
    stage.scene("The papers")
