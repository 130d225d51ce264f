"""Inflammation: a slow drive, fast cytokines, CRP and microglia, and three challenges.

The chronic drive (healthy = 1) follows stress up and fitness down over weeks. Working muscle
releases interleukin-6, by minutes and effort (Steensberg 2000); that spike is not inflammation and
does not reach IDO. Tumour necrosis factor and interferon-gamma, one activity here, do. Interferon-
alpha holds the drive up for weeks; endotoxin raises all of it for hours.
"""

from neurokyn.language import Module, half_life, relax

m = Module("inflammation", "Inflammation", sources=("dwivedi2014", "steensberg2000", "raison2010"))

fitness = m.input("fitness", "1", "gain in VO2max, as a share", of="exercise.fitness", stands_in=0)
load = m.input("load", "1", "stress, healthy = 0", of="stress.load", stands_in=0)
intensity = m.input("intensity", "1", "effort of a bout, share of VO2max", of="exercise.intensity", stands_in=0)
muscle_mass = m.input("muscle_mass", "1", "working muscle, running = 1", of="exercise.muscle_mass", stands_in=0)
elapsed = m.input("elapsed", "h", "time since the bout began", of="exercise.elapsed", stands_in=0)
interferon = m.drive("interferon", "1", "interferon-alpha given, in units of the healthy drive")

# The slow drive
p = m.parameters(chronic_drive="1", stress_gain="1", fitness_gain="1", half_life_chronic="day")
chronic = m.state("chronic", "1", "chronic inflammatory drive, healthy = 1", start=1)
wanted = 1 + p.chronic_drive + p.stress_gain * load - p.fitness_gain * fitness
m.rate(chronic, half_life(p.half_life_chronic) * (wanted - chronic))

# Cytokines
c = m.parameters(
    half_life_endotoxin="h",
    endotoxin_tnf="1",
    endotoxin_il6="1",
    half_life_tnf="h",
    half_life_endothelium="h",
    half_life_il6="h",
    il6_rest="ng/L",
    il6_bout="1",
    bout_exponent="1",
    hour="h",
)
endotoxin = m.state("endotoxin", "1", "endotoxin, 1 = 0.8 ng/kg at once", start=0, scale=1)
m.rate(endotoxin, -half_life(c.half_life_endotoxin) * endotoxin)
tnf = m.state("tnf", "1", "TNF and interferon-gamma activity, healthy = 1", start=1)
m.rate(tnf, half_life(c.half_life_tnf) * (chronic + interferon + c.endotoxin_tnf * endotoxin - tnf))
response = m.state("response", "1", "cells that answer endotoxin with interleukin-6", start=0, scale=1)
m.rate(response, half_life(c.half_life_endothelium) * (c.endotoxin_il6 * endotoxin - response))

il6 = m.state("il6", "ng/L", "interleukin-6 in plasma", start=c.il6_rest)
from_muscle = c.il6_bout * intensity**2 * muscle_mass * (elapsed / c.hour) ** c.bout_exponent
m.rate(il6, half_life(c.half_life_il6) * (c.il6_rest * (chronic + interferon + response + from_muscle) - il6))
il6_relative = m.observe("il6_relative", il6 / c.il6_rest, "1", "interleukin-6, healthy = 1")

# What follows
f = m.parameters(crp_rest="mg/L", crp_exponent="1", half_life_crp="h", microglia_time="day")
crp = m.state("crp", "mg/L", "C-reactive protein", start=f.crp_rest)
m.rate(crp, half_life(f.half_life_crp) * (f.crp_rest * il6_relative**f.crp_exponent - crp))
drive = m.observe("drive", tnf, "1", "inflammatory drive that IDO sees, healthy = 1")
microglia = m.state("microglia", "1", "microglial activation, healthy = 1", start=1)
m.rate(microglia, relax(drive, microglia, f.microglia_time))

module = m
