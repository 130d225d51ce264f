"""Draw docs/model/network.svg and network.png: the organ systems and what joins them, from the declarations.

python scripts/make_network.py
"""

from pathlib import Path

from neurokyn.analysis.budget import accounts
from neurokyn.analysis.signs import everything, pooled, signs
from neurokyn.report.network import system_network
from neurokyn.report.network_plot import network_figure
from neurokyn.report.network_svg import network_svg, standalone
from neurokyn.report.plots import save
from neurokyn.scenario.model import standard_model

folder = Path(__file__).resolve().parents[1] / "docs" / "model"
network = system_network(standard_model(), pooled(signs(accounts(everything()))))
(folder / "network.svg").write_text(standalone(network_svg(network)), encoding="utf-8")
save(network_figure(network), folder / "network.png")
print(f"written: {len(network.nodes)} systems and {len(network.lines)} couplings in docs/model/network.svg and .png")
