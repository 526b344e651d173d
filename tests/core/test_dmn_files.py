"""DMN as different modellers write it: namespaces, prefixes, types, descriptions, annotations."""

# ruff: noqa: E501 (files as modellers write them)

from __future__ import annotations

from datetime import date

import pytest

from engine.core.decisions import compiled_table
from engine.core.tables import NAMESPACES, read_tables
from tests.core.diagrams import table

CAMUNDA_1_1 = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/DMN/20151101/dmn.xsd" xmlns:biodi="http://bpmn.io/schema/dmn/biodi/1.0"
    id="fee_file" name="Fee" namespace="http://camunda.org/schema/1.0/dmn" exporter="dmn-js">
  <decision id="fee" name="Fee">
    <extensionElements><biodi:bounds x="150" y="150" width="180" height="80" /></extensionElements>
    <decisionTable id="fee_table">
      <input id="i1" label="Age"><inputExpression id="e1" typeRef="integer" expressionLanguage="feel">
        <text><![CDATA[age]]></text></inputExpression></input>
      <output id="o1" label="Fee" name="result" typeRef="double" />
      <rule id="young"><description>Bērniem
          bez maksas.</description>
        <inputEntry id="c1"><text><![CDATA[< 18]]></text></inputEntry>
        <outputEntry id="c2"><text>0</text></outputEntry></rule>
      <rule id="old"><inputEntry id="c3"><text>&gt;= 18</text></inputEntry>
        <outputEntry id="c4" expressionLanguage="juel"><text>${7.5}</text></outputEntry></rule>
    </decisionTable>
  </decision>
</definitions>"""

CAMUNDA_1_3 = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" xmlns:dmndi="https://www.omg.org/spec/DMN/20191111/DMNDI/"
    xmlns:dc="http://www.omg.org/spec/DMN/20180521/DC/" xmlns:modeler="http://camunda.org/schema/modeler/1.0"
    xmlns:camunda="http://camunda.org/schema/1.0/dmn" id="file" name="DRD" namespace="http://camunda.org/schema/1.0/dmn"
    exporter="Camunda Modeler" exporterVersion="5.30.0" modeler:executionPlatform="Camunda Platform">
  <inputData id="in" name="age" />
  <decision id="fee" name="Fee" camunda:historyTimeToLive="P180D">
    <informationRequirement id="r"><requiredInput href="#in" /></informationRequirement>
    <decisionTable id="t" hitPolicy="FIRST">
      <input id="i1" label="Age" biodi:width="192" xmlns:biodi="http://bpmn.io/schema/dmn/biodi/2.0">
        <inputExpression id="e1" typeRef="number"><text>age</text></inputExpression></input>
      <output id="o1" name="result" typeRef="number" />
      <rule id="young"><description>Bērniem bez maksas.</description>
        <inputEntry id="c1"><text>&lt; 18</text></inputEntry><outputEntry id="c2"><text>0</text></outputEntry></rule>
      <rule id="old"><inputEntry id="c3"><text></text></inputEntry><outputEntry id="c4"><text>7.5</text></outputEntry></rule>
    </decisionTable>
  </decision>
  <dmndi:DMNDI><dmndi:DMNDiagram><dmndi:DMNShape dmnElementRef="fee"><dc:Bounds height="80" width="180" x="160" y="100" />
  </dmndi:DMNShape></dmndi:DMNDiagram></dmndi:DMNDI>
</definitions>"""

TRISOTECH = """<?xml version="1.0" encoding="UTF-8"?>
<semantic:definitions xmlns:semantic="https://www.omg.org/spec/DMN/20211108/MODEL/" xmlns:feel="https://www.omg.org/spec/DMN/20211108/FEEL/"
    xmlns:triso="http://www.trisotech.com/2015/triso/modeling" id="_1" name="Fee" namespace="http://www.trisotech.com/definitions/_1"
    expressionLanguage="https://www.omg.org/spec/DMN/20211108/FEEL/">
  <semantic:extensionElements><triso:attachment name="x" /></semantic:extensionElements>
  <semantic:itemDefinition name="tAge" label="tAge"><semantic:typeRef>number</semantic:typeRef>
    <semantic:allowedValues><semantic:text>[0..120]</semantic:text></semantic:allowedValues></semantic:itemDefinition>
  <semantic:itemDefinition name="tFee"><semantic:typeRef>feel:number</semantic:typeRef></semantic:itemDefinition>
  <semantic:inputData id="_2" name="age"><semantic:variable name="age" typeRef="tAge" /></semantic:inputData>
  <semantic:decision id="fee" name="Fee">
    <semantic:variable id="_3" name="result" typeRef="tFee" />
    <semantic:decisionTable id="_4" hitPolicy="UNIQUE" preferredOrientation="Rule-as-Row" outputLabel="Fee">
      <semantic:input id="_5"><semantic:inputExpression typeRef="tAge"><semantic:text>age</semantic:text></semantic:inputExpression></semantic:input>
      <semantic:output id="_6" />
      <semantic:annotation name="Reason" /><semantic:annotation name="EN" />
      <semantic:rule id="young"><semantic:inputEntry id="_7"><semantic:text>[0..18)</semantic:text></semantic:inputEntry>
        <semantic:outputEntry id="_8"><semantic:text>0</semantic:text></semantic:outputEntry>
        <semantic:annotationEntry><semantic:text>Bērniem bez maksas.</semantic:text></semantic:annotationEntry>
        <semantic:annotationEntry><semantic:text>Children pay nothing.</semantic:text></semantic:annotationEntry></semantic:rule>
      <semantic:rule id="old"><semantic:inputEntry id="_9"><semantic:text>not([0..18))</semantic:text></semantic:inputEntry>
        <semantic:outputEntry id="_10"><semantic:text>7.5</semantic:text></semantic:outputEntry></semantic:rule>
    </semantic:decisionTable>
  </semantic:decision>
</semantic:definitions>"""

FLOWABLE = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/DMN/20180521/MODEL/" id="definition_1" name="Fee"
    namespace="http://www.flowable.org/dmn" xmlns:flowable="http://flowable.org/dmn" exporter="Flowable Open Source Modeler">
  <decision id="fee" name="Fee">
    <decisionTable id="decisionTable_1" hitPolicy="ANY">
      <input label="Age"><inputExpression id="inputExpression_1" typeRef="number"><text>age</text></inputExpression></input>
      <output id="outputExpression_1" label="Fee" name="result" typeRef="number" />
      <rule><inputEntry id="inputEntry_1_1"><text><![CDATA[< 18]]></text></inputEntry>
        <outputEntry id="outputEntry_1_1"><text><![CDATA[0]]></text></outputEntry></rule>
      <rule><inputEntry id="inputEntry_1_2"><text><![CDATA[>= 18]]></text></inputEntry>
        <outputEntry id="outputEntry_1_2"><text><![CDATA[7.5]]></text></outputEntry></rule>
    </decisionTable>
  </decision>
</definitions>"""

SIGNAVIO = """<?xml version="1.0" encoding="UTF-8"?>
<dmn:definitions xmlns:dmn="http://www.omg.org/spec/DMN/20180521/MODEL/" xmlns:feel="http://www.omg.org/spec/DMN/20180521/FEEL/"
    xmlns:sigExt="http://www.signavio.com/schema/dmn/1.1/" id="_a" name="Fee" namespace="http://www.signavio.com/dmn/1.2/diagram/x.xml"
    expressionLanguage="http://www.omg.org/spec/DMN/20180521/FEEL/">
  <dmn:decision id="fee" name="fee" sigExt:shapeId="sid-1">
    <dmn:extensionElements />
    <dmn:variable name="result" typeRef="feel:number" />
    <dmn:decisionTable hitPolicy="COLLECT" aggregation="MAX">
      <dmn:input id="_b" label="Age"><dmn:inputExpression typeRef="feel:number"><dmn:text>age</dmn:text></dmn:inputExpression></dmn:input>
      <dmn:output id="_c" label="Fee" name="result" typeRef="feel:number" />
      <dmn:rule id="young"><dmn:inputEntry id="_d"><dmn:text>-</dmn:text></dmn:inputEntry>
        <dmn:outputEntry id="_e"><dmn:text>0</dmn:text></dmn:outputEntry></dmn:rule>
      <dmn:rule id="old"><dmn:inputEntry id="_f"><dmn:text>&gt;= 18</dmn:text></dmn:inputEntry>
        <dmn:outputEntry id="_g"><dmn:text>7.5</dmn:text></dmn:outputEntry></dmn:rule>
    </dmn:decisionTable>
  </dmn:decision>
</dmn:definitions>"""


@pytest.mark.parametrize("content", [CAMUNDA_1_1, CAMUNDA_1_3, TRISOTECH, FLOWABLE, SIGNAVIO])
def test_a_table_decides_the_same_whatever_modeller_wrote_it(content):
    (written,) = read_tables("fee.dmn", content.encode())

    fee = compiled_table(written, {"age": "int", "result": "decimal"}, {"result": "result"})

    assert written.problems == ()
    assert (written.id, written.outputs[0].name) == ("fee", "result")
    met = [str(fee.decide({"age": age}).values["result"]) for age in (0, 17, 18)]
    assert met == ["0", "0", "7.5"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (CAMUNDA_1_1, ("Bērniem bez maksas.", "")),
        (CAMUNDA_1_3, ("Bērniem bez maksas.", "")),
        (TRISOTECH, ("Bērniem bez maksas.", "Children pay nothing.")),
        (FLOWABLE, ("", "")),
    ],
)
def test_the_words_of_a_rule_are_its_description_or_its_annotations(content, words):
    (written,) = read_tables("fee.dmn", content.encode())

    assert (written.rules[0].words, written.rules[0].words_en) == words
    assert (written.rules[1].words, written.rules[1].words_en) == ("", "")


def test_a_type_of_the_file_brings_its_values_along():
    (written,) = read_tables("fee.dmn", TRISOTECH.encode())

    assert (written.inputs[0].type, written.inputs[0].allowed) == ("decimal", "[0..120]")
    assert [rule.id for rule in written.rules] == ["young", "old"]


@pytest.mark.parametrize(
    "extension",
    [
        '<s:property xmlns:s="http://www.signavio.com" name="risk" value="x"/>',
        '<s:meta xmlns:s="http://www.signavio.com"><s:property name="valid_from" value="x"/></s:meta>',
        '<s:properties xmlns:s="http://www.signavio.com"><s:property name="risk" value="x"/></s:properties>',
    ],
)
def test_properties_of_other_tools_mean_nothing(extension):
    content = table("t", [("kind", "string")], ["role"], [["-", '"a"']], valid_from="2026-09-01")
    more = content.replace(b"<extensionElements>", b"<extensionElements>" + extension.encode())

    (written,) = read_tables("t.dmn", more)

    assert (written.valid_from, written.problems) == (date(2026, 9, 1), ())


def test_a_type_of_the_file_limits_its_values_by_a_constraint_too():
    constrained = TRISOTECH.replace("allowedValues>", "typeConstraint>").replace("20211108", "20230324")

    (written,) = read_tables("fee.dmn", constrained.encode())

    assert (written.inputs[0].allowed, written.problems) == ("[0..120]", ())


@pytest.mark.parametrize("written", ["true", "1"])
def test_a_type_of_several_values_is_refused_in_each_spelling(written):
    several = TRISOTECH.replace('name="tAge"', f'name="tAge" isCollection="{written}"')

    (table,) = read_tables("fee.dmn", several.encode())

    assert [problem.kind for problem in table.problems] == ["table_type"]


@pytest.mark.parametrize("namespace", [space.strip("{}") for space in NAMESPACES])
def test_every_version_of_the_standard_is_read(namespace):
    content = table("t", [("kind", "string")], ["role"], [["-", '"a"']], valid_from="2026-09-01")

    (written,) = read_tables(
        "t.dmn", content.replace(b"https://www.omg.org/spec/DMN/20191111/MODEL/", namespace.encode())
    )

    assert (written.id, written.valid_from, written.problems) == ("t", date(2026, 9, 1), ())


def test_the_drawing_does_not_change_the_digest_of_a_decision_and_a_cell_does():
    moved = CAMUNDA_1_3.replace('x="160"', 'x="161"')
    dearer = CAMUNDA_1_3.replace("7.5", "7.6")

    digests = [read_tables("fee.dmn", content.encode())[0].digest for content in (CAMUNDA_1_3, moved, dearer)]

    assert digests[0] == digests[1] != digests[2]
    assert len(digests[0]) == 64


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("[0..120]", "[0..130]"),
        ("<semantic:typeRef>feel:number", "<semantic:typeRef>feel:integer"),
        ('"https://www.omg.org/spec/DMN/20211108/FEEL/">', '"juel">'),
    ],
)
def test_what_a_table_takes_from_its_file_changes_its_digest(old, new):
    assert old in TRISOTECH
    digests = [
        read_tables("fee.dmn", content.encode())[0].digest
        for content in (TRISOTECH, TRISOTECH.replace(old, new))
    ]

    assert digests[0] != digests[1]


def test_a_type_that_no_column_has_leaves_the_digest_as_it_is():
    unused = '<itemDefinition name="tKind"><typeRef>string</typeRef></itemDefinition>'
    more = CAMUNDA_1_3.replace("<inputData ", f"{unused}<inputData ")

    one, other = (read_tables("fee.dmn", content.encode())[0] for content in (CAMUNDA_1_3, more))

    assert one.digest == other.digest
