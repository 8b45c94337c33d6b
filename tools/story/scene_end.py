"""What the customer sees, what the figures say in the end, and the papers."""

import os
from pathlib import Path

from browser import Browser


def portal(stage):
    stage.scene("The customer looks at her order")
    stage.act("mei.yunnan", "opens it in the portal", 1, "12:00")
    path = f"/my/service/order/{stage.order.id}"
    mei = Browser(stage.base, "mei.yunnan")
    stage.check(mei.is_logged_in, "The customer cannot log in.")
    status, page = mei.get(path)
    name = stage.order.name
    stage.check(status == 200 and name.encode() in page, f"The portal lacks {name}.")
    stage.line("Page", f"{path}: {status}, shows {name}")
    status, report = mei.get(f"{path}?report_type=pdf&download=1")
    stage.check(report.startswith(b"%PDF"), f"No service report: status {status}.")
    keep(stage, f"service-report-{name}.pdf".replace("/", "-"), report)
    stage.denied(
        "Another customer opens it",
        Browser(stage.base, "shen.suzhou").get(path),
    )


def figures(stage):
    stage.scene("The figures")
    env = stage.act("gao.head", "reads the warranty report")
    rows = env["aftersales.claim.report"].search([("claim_id", "=", stage.claim.id)])
    stage.check(len(rows) == 1, "The claim must stand in the warranty report once.")
    stage.table(
        [
            ["part", rows.product_id.display_name],
            ["unit", f"{rows.equipment_id.name}, {rows.site_id.name}"],
            ["cause", rows.cause_id.name],
            ["paid by", rows.payer],
            ["parts", f"{rows.cost_parts:.2f}"],
            ["claim", f"{rows.cost:.2f}"],
        ]
    )
    cost = stage.show(stage.claim).cost_total
    stage.check(abs(rows.cost - cost) < 0.005, "Report and claim differ in cost.")

    env = stage.act("tang.manager", "has the conservation laws checked")
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
    stage.line("L1 to L10", "all hold")


def papers(stage):
    stage.scene("The statement")
    env = stage.act("ma.hr", "prints the technician's statement")
    hr = Browser(stage.base, "ma.hr")
    path = f"/report/pdf/aftersales_service.report_statement/{stage.slip.id}"
    status, statement = hr.get(path)
    stage.check(statement.startswith(b"%PDF"), f"No statement: status {status}.")
    number = env["hr.payslip"].browse(stage.slip.id).number
    keep(stage, f"statement-{number}.pdf".replace("/", "-"), statement)


def keep(stage, name, content):
    """Write a paper into the folder of the story and say where it lies."""
    folder = Path(os.environ.get("AFTERSALES_OUT") or stage.root / ".state" / "story")
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_bytes(content)
    stage.papers.append(os.path.relpath(path, stage.root))
    stage.line("Written", f"{stage.papers[-1]}, {len(content) // 1024} KB")
