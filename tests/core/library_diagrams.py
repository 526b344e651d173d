"""Diagrams of every kind that the library executes, within the gate's profile or not."""

from __future__ import annotations

from tests.core.diagrams import (
    chain,
    end,
    escalate,
    escalated,
    exclusive,
    fail,
    failed,
    first_of,
    flow,
    inclusive,
    late,
    manual,
    mark,
    node,
    parallel,
    script,
    start,
    subprocess,
    terminate,
    timer,
    user,
)
from tests.core.library_elements import (
    begun_by,
    boundary,
    call,
    called,
    catching,
    collection,
    correlated,
    data_object,
    definitions,
    each,
    ended_by,
    event,
    instances,
    into,
    nested,
    of_camunda,
    reading,
    repeated,
    root,
    specified,
    throwing,
    times,
    together,
    triggered,
    until,
    whole,
    within,
    writing,
)

DAY = '"P1D"'
SIGNAL, MESSAGE = root("signal", "sig"), root("message", "msg")
HEARD, CALLED = event("signal", "sig"), event("message", "msg")
BEGIN = script("begin", "rows = ['a', 'b', 'c']\npick = 1")

SCOPES = {
    "nested": whole(
        start(), user("one"), end(), chain("start", "one", "outer", "end"),
        subprocess("outer", start("os"), user("two"), end("oe"),
                   subprocess("inner", start("is"), user("three"), script("four", "deep = {'a': [pick]}"),
                              end("ie"), chain("is", "three", "four", "ie")),
                   chain("os", "two", "inner", "oe")),
    ),
    "called": whole(
        start(), script("first", "given = [1, 2]"), call("ask", "other"), call("free", "third"), end(),
        chain("start", "first", "ask", "free", "end"),
        others=called("other", specified(("given",), ("answer",)), start("os"), user("inside"),
                      script("make", "answer = given + [pick]"), end("oe"),
                      chain("os", "inside", "make", "oe"))
        + called("third", start("ts"), manual("hand"), end("te"), chain("ts", "hand", "te")),
    ),
    "transaction": whole(
        start(), end(), manual("undone"), chain("start", "deal", "end"), chain("called_off", "undone", "end"),
        boundary("called_off", "deal", event("cancel")),
        within("transaction", "deal", start("is"), user("try"), exclusive("ok", "ok_ie"), end("ie"),
               ended_by("off", event("cancel")), chain("is", "try", "ok", "ie"),
               flow("ok", "off", "pick > 5")),
    ),
    "stopped": whole(
        start(), parallel("split"), user("a"), user("b"), terminate("stop"), end(),
        chain("start", "split", "a", "stop"), chain("split", "b", "end"),
    ),
    "event_subprocess": whole(
        start(), user("one"), user("two"), end(), chain("start", "one", "two", "end"),
        triggered("on_call", begun_by("es", CALLED), user("answer"), end("ee"), chain("es", "answer", "ee")),
        triggered("on_shout", begun_by("ss", HEARD), user("hear"), end("se"), chain("ss", "hear", "se")),
        roots=SIGNAL + MESSAGE,
    ),
    "ad_hoc": whole(
        start(), script("begin", "pick = 1"), end(), chain("start", "begin", "inner", "end"),
        within("adHocSubProcess", "inner", data_object("own"), user("a"), user("b"), exclusive("g"),
               flow("g", "c", "pick % 2 == 0", key="g_c"),
               node("userTask", "c", "<bpmn:incoming>g_c</bpmn:incoming>"), until("pick == 7")),
    ),
}  # fmt: skip

GATEWAYS = {
    "gateways": whole(
        start(), user("one"), exclusive("which", "which_many"), end(), script("none", "total = 0"),
        inclusive("many", "many_c"), user("a"), user("b"), user("c"), inclusive("gather"), exclusive("out"),
        chain("start", "one", "which", "many"), flow("which", "none", "pick > 6"), chain("none", "out"),
        chain("out", "end"),
        flow("many", "a", "pick % 2 == 0"), flow("many", "b", "pick % 3 == 0"), flow("many", "c"),
        chain("a", "gather", "out"), chain("b", "gather"), chain("c", "gather"),
    ),
    "joined": whole(
        start(), parallel("split"), user("a"), user("b"), parallel("again"), user("c"), user("d"),
        parallel("join"), exclusive("enter"), user("work"), exclusive("leave", "leave_end"), end(),
        chain("start", "split", "a", "again", "c", "join", "enter", "work", "leave", "end"),
        chain("split", "b", "join"), chain("again", "d", "join"), flow("leave", "enter", "pick > 4"),
    ),
    "first_of": whole(
        start(), user("one"), first_of("race"), catching("m", CALLED), catching("s", HEARD), timer("t", DAY),
        end(), *(user(f"after_{key}") for key in "mst"), chain("start", "one", "race", "m", "after_m", "end"),
        chain("race", "s", "after_s", "end"), chain("race", "t", "after_t", "end"), roots=SIGNAL + MESSAGE,
    ),
}  # fmt: skip

EVENTS = {
    "waited_for": whole(
        start(), catching("called", CALLED), timer("sleep", DAY), mark("passed"), throwing("shout", HEARD),
        throwing("tell", CALLED), node("receiveTask", "receive", attributes='messageRef="msg"'),
        node("sendTask", "send", attributes='messageRef="msg"'), catching("heard", HEARD),
        catching("true", event("conditional", "pick &gt; 2")), end(),
        chain("start", "called", "sleep", "passed", "shout", "tell", "receive", "send", "heard", "true"),
        chain("true", "end"), roots=SIGNAL + MESSAGE,
    ),
    "interrupted": whole(
        start(), end(), *(user(key) for key in ("a", "b", "c", "d")), boundary("msg_a", "a", CALLED),
        boundary("sig_b", "b", HEARD), late("late_c", "c", DAY),
        boundary("cond_d", "d", event("conditional", "pick == 3")),
        chain("start", "a", "b", "c", "d", "end"), *(user(f"after_{key}") for key in "abcd"),
        chain("msg_a", "after_a", "b"), chain("sig_b", "after_b", "c"), chain("late_c", "after_c", "d"),
        chain("cond_d", "after_d", "end"), roots=SIGNAL + MESSAGE,
    ),
    "beside": whole(
        start(), end(), *(user(key) for key in ("a", "b", "c")),
        boundary("msg_a", "a", CALLED, interrupting=False), boundary("sig_b", "b", HEARD, interrupting=False),
        late("late_c", "c", DAY, interrupting=False), chain("start", "a", "b", "c", "end"),
        *(user(f"after_{key}") + end(f"end_{key}") for key in "abc"), chain("msg_a", "after_a", "end_a"),
        chain("sig_b", "after_b", "end_b"), chain("late_c", "after_c", "end_c"), roots=SIGNAL + MESSAGE,
    ),
    "failing": whole(
        start(), user("one"), end(), manual("mended"), chain("start", "one", "inner", "end"),
        nested(user("try"), exclusive("ok", "ok_ie"), fail("broken"), chain("is", "try", "ok", "ie"),
               flow("ok", "broken", "pick > 5")),
        failed("caught", "inner", "E"), chain("caught", "mended", "end"), roots=root("error", "E"),
    ),
    "escalating": whole(
        start(), end(), manual("told"), manual("moved"), chain("start", "inner", "end"), end("told_end"),
        nested(user("try"), exclusive("high", "high_on"), escalate("up", "S"), escalate("over", "T"),
               exclusive("on"), user("then"), chain("is", "try", "high", "on", "then", "ie"),
               flow("high", "up", "pick == 1"), flow("high", "over", "pick > 6"), chain("up", "on"),
               chain("over", "on")),
        escalated("aside", "inner", "S", interrupting=False), escalated("instead", "inner", "T"),
        chain("aside", "told", "told_end"), chain("instead", "moved", "end"),
        roots=root("escalation", "S") + root("escalation", "T"),
    ),
    "several_events": whole(
        start(), catching("any", CALLED, HEARD), user("one"), catching("all", CALLED, HEARD, both=True),
        throwing("both", CALLED, HEARD), end(), chain("start", "any", "one", "all", "both", "end"),
        roots=SIGNAL + MESSAGE,
    ),
    "heard_by_turns": whole(
        start(), parallel("split"), *(mark(key) for key in ("m1", "m2", "m3")), catching("later", CALLED),
        nested(catching("early", CALLED), user("then"), chain("is", "early", "then", "ie")), parallel("join"),
        end(), chain("start", "split", "inner", "join", "end"),
        chain("split", "m1", "m2", "m3", "later", "join"), roots=MESSAGE,
    ),
    "several_starts": whole(
        begun_by("by_call", CALLED), begun_by("by_shout", HEARD), user("one"), end(),
        chain("by_call", "one", "end"), chain("by_shout", "one"), roots=SIGNAL + MESSAGE,
    ),
    "cycle": whole(
        start(), user("one"), late("x", "one", DAY), user("two"), end(), end("e_tick"),
        script("tick", "ticked = 1"), chain("start", "one", "two", "end"), chain("x", "two"),
        boundary("every", "two", event("timeCycle", '"R2/P1D"'), interrupting=False),
        chain("every", "tick", "e_tick"),
    ),
    "dated": whole(
        start(), script("when", "due = '2031-05-01T10:00:00+03:00'"), user("one"), end(),
        catching("then", event("timeDate", "due")), chain("start", "when", "then", "one", "end"),
    ),
    "correlated": definitions(
        together("asking", "answering", key="key", about="about"),
        correlated("about", "topic", "ask", "answer"),
        root("message", "ask"), root("message", "answer"),
        called("asking", start("as"), script("topics", "topic = 'x'"), user("write"),
               throwing("asked", event("message", "ask")), catching("told", event("message", "answer")),
               end("ae"), chain("as", "topics", "write", "asked", "told", "ae")),
        called("answering", begun_by("bs", event("message", "ask")), user("think"),
               throwing("answered", event("message", "answer")), end("be"),
               chain("bs", "think", "answered", "be")),
    ),
}  # fmt: skip

INSTANCES = {
    "parallel_times": whole(
        start(), BEGIN, collection("work", times("2 + 1")), user("after"), end(),
        chain("start", "begin", "work", "after", "end"),
    ),
    "parallel_each": whole(
        start(), BEGIN, end(), chain("start", "begin", "work", "after", "end"), user("after"),
        collection("work", each("rows", "row"), into("done", "row"), until("pick == 5")),
    ),
    "one_by_one_times": whole(
        start(), BEGIN, end(), chain("start", "begin", "work", "after", "end"), user("after"),
        collection("work", times("3"), into("done", "pick_of"), until("pick == 5"), one_by_one=True,
                   kind="scriptTask", own="<bpmn:script>pick_of = pick</bpmn:script>"),
    ),
    "one_by_one_each": whole(
        start(), script("begin", "rows = {'x': [1], 'y': [2]}\npick = 1"), end(), user("after"),
        chain("start", "begin", "work", "after", "end"),
        collection("work", each("rows", "row"), into("rows", "row"), one_by_one=True),
    ),
    "instances_of_a_subprocess": whole(
        start(), BEGIN, end(), chain("start", "begin", "inner", "end"),
        nested(user("ask"), script("keep", "kept = [row, pick]"), chain("is", "ask", "keep", "ie"),
               late("late_ask", "ask", DAY), chain("late_ask", "keep"),
               instances(each("rows", "row"), into("done", "kept"))),
    ),
    "instances_of_a_call": whole(
        start(), BEGIN, end(), chain("start", "begin", "work", "end"),
        collection("work", each("rows", "row"), into("done", "kept"), kind="callActivity", one_by_one=True,
                   attributes='calledElement="other"'),
        others=called("other", start("os"), user("ask"), script("keep", "kept = {'row': row}"), end("oe"),
                      chain("os", "ask", "keep", "oe")),
    ),
    "looped": whole(
        start(), BEGIN, repeated("again"), repeated("before", first=True), end(),
        chain("start", "begin", "again", "before", "inner", "end"),
        nested(user("ask"), chain("is", "ask", "ie"),
               '<bpmn:standardLoopCharacteristics loopMaximum="2"/>'),
    ),
    "instances_of_camunda": whole(
        start(), BEGIN, end(), chain("start", "begin", "work", "more", "end"),
        node("userTask", "work", instances(times("rows"), attributes=of_camunda("done", "row"))),
        node("userTask", "more", instances(times("2"), attributes=of_camunda("counted", "row", "true"))),
    ),
}  # fmt: skip

DATA = {
    "data_objects": whole(
        data_object("paper"), start(), node("userTask", "one", writing("paper_ref")), end(),
        node("userTask", "two", reading("paper_ref")), chain("start", "one", "inner", "two", "end"),
        nested(node("userTask", "deep", reading("paper_ref") + writing("own_ref")), data_object("own"),
               chain("is", "deep", "ie")),
    ),
    "data_stores": whole(
        '<bpmn:dataStoreReference id="shelf_ref" dataStoreRef="shelf"/>', start(), user("between"), end(),
        node("userTask", "put", writing("shelf_ref")), node("userTask", "take", reading("shelf_ref")),
        chain("start", "put", "between", "take", "end"), roots='<bpmn:dataStore id="shelf" name="Store"/>',
    ),
    "specified": whole(
        start(), BEGIN, node("userTask", "one", specified(("rows",), ("paper",))), user("two"), end(),
        chain("start", "begin", "one", "two", "end"),
    ),
}  # fmt: skip

DIAGRAMS = SCOPES | GATEWAYS | EVENTS | INSTANCES | DATA
