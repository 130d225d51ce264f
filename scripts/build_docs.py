"""Write docs/model/: a page for each module, from its declaration, numbers and evidence, and one of the whole.

python scripts/build_docs.py
"""

from pathlib import Path

from neurokyn.analysis.module_evidence import evidence
from neurokyn.report.equations import model_page, module_page
from neurokyn.scenario.model import modules, standard_model, standard_parameters

docs = Path(__file__).resolve().parents[1] / "docs"
folder = docs / "model"
folder.mkdir(exist_ok=True)
table = standard_parameters()
for name, module in modules().items():
    (folder / f"{name}.md").write_text(module_page(module, table, evidence(name, docs)), encoding="utf-8")
(folder / "README.md").write_text(model_page(standard_model()), encoding="utf-8")
print(f"written: {len(modules()) + 1} pages in docs/model")
