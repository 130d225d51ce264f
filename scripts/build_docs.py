"""Write docs/model/: one page for each module, from its declaration and its numbers.

python scripts/build_docs.py
"""

from pathlib import Path

from neurokyn.report.equations import module_page
from neurokyn.scenario.model import modules, standard_parameters

folder = Path(__file__).resolve().parents[1] / "docs" / "model"
folder.mkdir(exist_ok=True)
table = standard_parameters()
for name, module in modules().items():
    (folder / f"{name}.md").write_text(module_page(module, table), encoding="utf-8")
intro = "Written from the declarations by `python scripts/build_docs.py`; change the module, not the page."
links = [f"- [{module.title}]({name}.md)" for name, module in modules().items()]
lines = ["# The model, module by module", "", intro, "", *links, ""]
(folder / "README.md").write_text("\n".join(lines), encoding="utf-8")
print(f"written: {len(links) + 1} pages in docs/model")
