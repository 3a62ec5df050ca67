/*
 * Intarsia's startup script in After Effects, installed in Support Files/Scripts/Startup.
 *
 * It does nothing unless the environment variable INTARSIA_PLAN is set. If it is, the plan in the
 * file of that name is carried out after aerender has opened its project. The result is written to
 * the file that INTARSIA_PLAN_RESULT names. README.md in this folder describes both files.
 *
 * ExtendScript is ECMAScript 3 with faults: without parentheses, nested ?: and mixed && || are
 * grouped wrongly, so they always have parentheses. User scripts may redefine any global name.
 * After each script, the names that this file needs are therefore restored.
 */
(function () {
    var VERSION = "1.0.0";
    var FORMAT = 1;
    var MESSAGES = 200;
    var CHARACTERS = 1000;
    var OUT_TOLERANCE = 0.001; // seconds; stored times are rounded to ticks
    var FOOTAGE_TOLERANCE = 0.1; // seconds
    var global = $.global;

    // ---- JSON -------------------------------------------------------------------------------

    var ESCAPES = { "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t" };
    var DEEPEST = 300;

    /**
     * Return the value of a strict JSON text. Throws an Error for any other text.
     * @param {string} text
     * @returns {any}
     */
    function parseJson(text) {
        var at = 0;
        var slash = -1; // the first backslash from `at` on
        var depth = 0;

        function fail() {
            throw new Error("invalid JSON at character " + at);
        }

        function skipSpace() {
            while (at < text.length && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
                at += 1;
            }
        }

        function expect(/** @type {string} */ character) {
            if (text.charAt(at) !== character) {
                fail();
            }
            at += 1;
        }

        function readEscape() {
            var character = text.charAt(at + 1);
            var digits;
            if (character === "u") {
                digits = text.substr(at + 2, 4);
                if (!/^[0-9a-fA-F]{4}$/.test(digits)) {
                    fail();
                }
                at += 6;
                return String.fromCharCode(parseInt(digits, 16));
            }
            at += 2;
            if (character !== "" && "\"\\/".indexOf(character) >= 0) {
                return character;
            }
            if (character === "" || "bfnrt".indexOf(character) < 0) {
                fail();
            }
            return ESCAPES[character];
        }

        function readString() {
            var pieces = [];
            var quote;
            var plain;
            expect("\"");
            for (;;) {
                quote = text.indexOf("\"", at);
                if (quote < 0) {
                    fail();
                }
                if (slash < at) {
                    slash = text.indexOf("\\", at);
                    slash = slash < 0 ? text.length : slash;
                }
                plain = text.substring(at, Math.min(quote, slash));
                pieces.push(plain);
                if (quote < slash) {
                    at = quote + 1;
                    return pieces.join("");
                }
                at = slash;
                pieces.push(readEscape());
            }
        }

        function readNumber() {
            var found = /^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+\-]?[0-9]+)?/.exec(text.substr(at, 400));
            if (!found) {
                fail();
            }
            at += found[0].length;
            return Number(found[0]);
        }

        function readWord(/** @type {string} */ word, /** @type {any} */ value) {
            if (text.substr(at, word.length) !== word) {
                fail();
            }
            at += word.length;
            return value;
        }

        function readArray() {
            var list = [];
            expect("[");
            skipSpace();
            if (text.charAt(at) === "]") {
                at += 1;
                return list;
            }
            for (;;) {
                list.push(readValue());
                if (text.charAt(at) === "]") {
                    at += 1;
                    return list;
                }
                expect(",");
            }
        }

        function readObject() {
            var object = {};
            var key;
            expect("{");
            skipSpace();
            if (text.charAt(at) === "}") {
                at += 1;
                return object;
            }
            for (;;) {
                skipSpace();
                key = readString();
                skipSpace();
                expect(":");
                object[key] = readValue();
                if (text.charAt(at) === "}") {
                    at += 1;
                    return object;
                }
                expect(",");
            }
        }

        /** @returns {any} */
        function readValue() {
            var value;
            skipSpace();
            depth += 1;
            if (depth > DEEPEST) {
                fail();
            }
            switch (text.charAt(at)) {
            case "{":
                value = readObject();
                break;
            case "[":
                value = readArray();
                break;
            case "\"":
                value = readString();
                break;
            case "t":
                value = readWord("true", true);
                break;
            case "f":
                value = readWord("false", false);
                break;
            case "n":
                value = readWord("null", null);
                break;
            default:
                value = readNumber();
            }
            depth -= 1;
            skipSpace();
            return value;
        }

        var result = readValue();
        if (at < text.length) {
            fail();
        }
        return result;
    }

    function quoted(/** @type {string} */ text) {
        var pieces = ["\""];
        var code;
        var i;
        for (i = 0; i < text.length; i += 1) {
            code = text.charCodeAt(i);
            if (code < 32 || code > 126 || code === 34 || code === 92) {
                pieces.push("\\u" + ("0000" + code.toString(16)).slice(-4));
            } else {
                pieces.push(text.charAt(i));
            }
        }
        pieces.push("\"");
        return pieces.join("");
    }

    /**
     * Return null, a boolean, number, string, array or plain object as ASCII JSON.
     * @param {any} value
     * @returns {string}
     */
    function toJson(value) {
        var pieces = [];
        var key;
        var i;
        if (value === null || value === undefined) {
            return "null";
        }
        if (typeof value === "boolean") {
            return value ? "true" : "false";
        }
        if (typeof value === "number") {
            return isFinite(value) ? String(value) : "null";
        }
        if (typeof value === "string") {
            return quoted(value);
        }
        if (value instanceof Array) {
            for (i = 0; i < value.length; i += 1) {
                pieces.push(toJson(value[i]));
            }
            return "[" + pieces.join(",") + "]";
        }
        for (key in value) {
            if (value.hasOwnProperty(key)) {
                pieces.push(quoted(key) + ":" + toJson(value[key]));
            }
        }
        return "{" + pieces.join(",") + "}";
    }

    // ---- Messages and the result ------------------------------------------------------------

    /** Return the message of a thrown value of any type, on one line and not too long. */
    function said(/** @type {any} */ error) {
        var text = "unknown error";
        try {
            if (error !== null && typeof error === "object" && typeof error.message === "string") {
                text = error.message;
            } else {
                text = String(error);
            }
        } catch (ignored) {
            // Converting a user's object to a string may throw too.
        }
        return cut(text.replace(/[\r\n]+/g, " "));
    }

    function cut(/** @type {string} */ text) {
        return text.length > CHARACTERS ? text.substr(0, CHARACTERS - 3) + "..." : text;
    }

    function named(/** @type {string} */ name) {
        return "\"" + (name.length > 100 ? name.substr(0, 97) + "..." : name) + "\"";
    }

    /**
     * Return the report on one run of a plan: the data of its result, and functions to add to them.
     * @param {any} plan
     * @param {string} path of the result's file
     */
    function makeReport(plan, path) {
        var report = {
            "plan": plan,
            "applied": 0,
            "warnings": [],
            "problems": [],
            "composition": null,
            "missingFonts": [],

            "warn": function (/** @type {string} */ field, /** @type {string} */ message) {
                if (report.warnings.length < MESSAGES) {
                    // No push: a script may have redefined it and then call alert.
                    report.warnings[report.warnings.length] = {
                        "field": field,
                        "message": cut(message)
                    };
                }
            },

            /** Add a problem. Its kind is "user", or "differs" from the project read off-line. */
            "refuse": function (
                /** @type {string} */ field,
                /** @type {string} */ message,
                /** @type {string} */ kind
            ) {
                if (report.problems.length < MESSAGES) {
                    report.problems.push({ "field": field, "message": cut(message), "kind": kind });
                }
            },

            "write": function (/** @type {string} */ status, /** @type {any} */ field) {
                writeResult(path, toJson({
                    "format": FORMAT,
                    "token": plan.token,
                    "runtime": VERSION,
                    "after_effects": String(app.version),
                    "status": status,
                    "field": field,
                    "applied": report.applied,
                    "of": plan.operations.length,
                    "warnings": report.warnings,
                    "problems": report.problems,
                    "composition": report.composition,
                    "missing_fonts": report.missingFonts
                }));
            }
        };
        return report;
    }

    /** Return a File. Its constructor expects a URI, so percent signs in the path are escaped. */
    function fileAt(/** @type {string} */ path) {
        return new File(path.split("%").join("%25"));
    }

    /** Write the result to a temporary file, then rename that file to its final path. */
    function writeResult(/** @type {string} */ path, /** @type {string} */ text) {
        var part = fileAt(path + ".part");
        var place = fileAt(path);
        var written = false;
        part.encoding = "UTF-8";
        part.lineFeed = "Unix";
        if (part.open("w")) {
            written = part.write(text);
            written = part.close() && written;
        }
        if (place.exists) {
            place.remove();
        }
        if (!written || !part.rename(place.name)) {
            throw new Error("intarsia: the result cannot be written to " + path
                + "; allow scripts to write files (Preferences, Scripting & Expressions)");
        }
    }

    // ---- Finding ----------------------------------------------------------------------------

    /** @returns {any} */
    function findComposition(
        /** @type {any} */ ref,
        /** @type {string} */ field,
        /** @type {any} */ report
    ) {
        var item = null;
        try {
            item = app.project.itemByID(ref.id);
        } catch (ignored) {
            item = null;
        }
        if (!item || !(item instanceof CompItem)) {
            report.refuse(field + ".composition", "composition " + named(ref.name) + " (id "
                + ref.id + ") is not in the project that After Effects opened", "differs");
            return null;
        }
        if (item.name !== ref.name) {
            report.refuse(field + ".composition", "the composition with id " + ref.id
                + " is " + named(item.name) + " in After Effects, not " + named(ref.name), "differs");
            return null;
        }
        return item;
    }

    /** @returns {any} */
    function findLayer(
        /** @type {any} */ target,
        /** @type {string} */ field,
        /** @type {any} */ report
    ) {
        var comp = findComposition(target.composition, field, report);
        var wanted = target.layer;
        var layer;
        var where;
        if (comp === null) {
            return null;
        }
        where = "layer " + wanted.index + " of composition " + named(comp.name);
        if (wanted.index > comp.numLayers) {
            report.refuse(field + ".layerName", where + ", " + named(wanted.name)
                + ", does not exist in After Effects; the highest index is " + comp.numLayers,
                "differs");
            return null;
        }
        layer = comp.layer(wanted.index);
        if (layer.name !== wanted.name) {
            report.refuse(field + ".layerName", where + " is " + named(layer.name)
                + " in After Effects, not " + named(wanted.name), "differs");
            return null;
        }
        if (layer.matchName !== wanted.match_name) {
            report.refuse(field + ".layerName", where + ", " + named(layer.name) + ", is of kind "
                + layer.matchName + " in After Effects, not " + wanted.match_name, "differs");
            return null;
        }
        return layer;
    }

    /**
     * Return the property of a layer at a path; a message (a string) if there is none.
     * @returns {any}
     */
    function follow(/** @type {any} */ layer, /** @type {any} */ path) {
        var at = layer;
        var next;
        var step;
        var i;
        for (i = 0; i < path.length; i += 1) {
            step = path[i];
            next = null;
            try {
                next = at.property(step.index === null ? step.match_name : step.index);
            } catch (ignored) {
                next = null;
            }
            if (!next) {
                return "property " + step.match_name + " of layer " + named(layer.name)
                    + " does not exist in After Effects";
            }
            if (next.matchName !== step.match_name) {
                return "property " + step.index + " in " + at.matchName + " of layer "
                    + named(layer.name) + " is " + next.matchName + " in After Effects, not "
                    + step.match_name;
            }
            at = next;
        }
        return at;
    }

    function checkProperty(
        /** @type {any} */ layer,
        /** @type {any} */ ref,
        /** @type {boolean} */ takesValue,
        /** @type {string} */ field,
        /** @type {any} */ report
    ) {
        var found = layer === null ? null : follow(layer, ref.path);
        if (typeof found === "string") {
            report.refuse(field + ".property", found, "differs");
        } else if (found !== null && takesValue && found.numKeys > 0) {
            report.refuse(field + ".property", "property " + found.matchName + " of layer "
                + named(layer.name) + " has keyframes in After Effects, so it has no single value"
                + " to set", "differs");
        }
    }

    /** Return the objects that a change will change; they are found before anything is changed. */
    function bind(
        /** @type {any} */ change,
        /** @type {string} */ field,
        /** @type {any} */ report
    ) {
        var found = { "layer": null, "layers": [], "comp": null, "script": null };
        var kind = change["do"];
        var ref = change.property;
        var i;
        if (kind === "run_script") {
            found.script = compileScript(change.script, field, report);
        } else if (kind === "set_duration") {
            found.comp = findComposition(change.composition, field, report);
        } else if (kind === "recolour_solids") {
            for (i = 0; i < change.targets.length; i += 1) {
                found.layers.push(findLayer(change.targets[i], field, report));
            }
        } else if (ref) {
            found.layer = findLayer(ref.target, field, report);
            checkProperty(found.layer, ref, kind !== "set_expression", field, report);
        } else {
            found.layer = findLayer(change.target, field, report);
        }
        if (kind === "fit_layer") {
            checkProperty(found.layer, change.scale, true, field, report);
            for (i = 0; i < change.position.length; i += 1) {
                checkProperty(found.layer, change.position[i], true, field, report);
            }
        }
        return found;
    }

    // ---- Changing ---------------------------------------------------------------------------

    function propertyOf(/** @type {any} */ layer, /** @type {any} */ ref) {
        // The path is followed again: references become invalid if an earlier script adds effects.
        var found = follow(layer, ref.path);
        if (typeof found === "string") {
            throw new Error(found);
        }
        return found;
    }

    /** Return `value` with the components that it lacks, such as z, taken from `current`. */
    function completed(/** @type {any} */ value, /** @type {any} */ current) {
        var whole;
        var i;
        if (!(value instanceof Array)) {
            return value;
        }
        whole = value.slice(0);
        for (i = whole.length; i < current.length; i += 1) {
            whole.push(current[i]);
        }
        return whole;
    }

    function unlocked(/** @type {any} */ layer, /** @type {any} */ change) {
        var locked = layer.locked;
        if (locked) {
            layer.locked = false;
        }
        change();
        if (locked) {
            layer.locked = true;
        }
    }

    var CHOICES = { "justification": function () { return ParagraphJustification; } };

    function setText(
        /** @type {any} */ property,
        /** @type {any} */ attributes,
        /** @type {any} */ warn
    ) {
        var text = property.value;
        var attribute;
        var i;
        for (i = 0; i < attributes.length; i += 1) {
            attribute = attributes[i];
            if (!(attribute.name in text)) {
                throw new Error("this After Effects (" + app.version + ") has no text attribute "
                    + named(attribute.name));
            }
            text[attribute.name] = CHOICES.hasOwnProperty(attribute.name)
                ? CHOICES[attribute.name]()[attribute.value]
                : attribute.value;
        }
        property.setValue(text);
        for (i = 0; i < attributes.length; i += 1) {
            attribute = attributes[i];
            if (attribute.name === "font" && property.value.font !== attribute.value) {
                warn("font " + named(attribute.value) + " is missing; After Effects used "
                    + named(String(property.value.font)));
            }
        }
    }

    function setTextSizes(/** @type {any} */ property, /** @type {any} */ runs) {
        var text = property.value;
        var run;
        var part;
        var i;
        for (i = 0; i < runs.length; i += 1) {
            run = runs[i];
            part = run.start === null ? text : text.characterRange(run.start, run.end);
            part.fontSize = run.font_size;
            if (run.leading !== null) {
                part.leading = run.leading;
            }
        }
        property.setValue(text);
    }

    function replaceFootage(
        /** @type {any} */ layer,
        /** @type {any} */ item,
        /** @type {any} */ warn
    ) {
        var name = layer.name;
        var ended = layer.outPoint;
        setSource(layer, item);
        if (layer.outPoint < ended - FOOTAGE_TOLERANCE) {
            warn(named(item.name) + " ends at " + layer.outPoint.toFixed(2) + " s in layer "
                + named(name) + ", which is then empty until " + ended.toFixed(2)
                + " s, its end in the template");
        }
    }

    /** Set a layer's source. The layer keeps its name, even if that was the name of its source. */
    function setSource(/** @type {any} */ layer, /** @type {any} */ item) {
        var name = layer.name;
        layer.replaceSource(item, false);
        if (layer.name !== name) {
            layer.name = name;
        }
    }

    function countUses(/** @type {number} */ id) {
        var count = 0;
        var item;
        var source;
        var i;
        var j;
        for (i = 1; i <= app.project.numItems; i += 1) {
            item = app.project.item(i);
            if (item instanceof CompItem) {
                for (j = 1; j <= item.numLayers; j += 1) {
                    source = /** @type {any} */ (item.layer(j)).source;
                    if (source && source.id === id) {
                        count += 1;
                    }
                }
            }
        }
        return count;
    }

    /** Set the colour of the layers' solids. Solids that other layers use too are copied first. */
    function recolourSolids(/** @type {any} */ layers, /** @type {any} */ color) {
        // The layers are grouped by source before any of them gets a copy as its source.
        /** @type {any[]} */
        var groups = [];
        /** @type {any} */
        var places = {};
        var group;
        var key;
        var i;
        for (i = 0; i < layers.length; i += 1) {
            key = "id" + layers[i].source.id;
            if (!places.hasOwnProperty(key)) {
                places[key] = groups.length;
                groups.push([]);
            }
            groups[places[key]].push(layers[i]);
        }
        for (i = 0; i < groups.length; i += 1) {
            group = groups[i];
            recolourSolid(group[0].source, group, color);
        }
    }

    function recolourSolid(
        /** @type {any} */ source,
        /** @type {any} */ group,
        /** @type {any} */ color
    ) {
        var copy = source;
        var i;
        if (countUses(source.id) > group.length) {
            copy = app.project.importPlaceholder(source.name, 4, 4, 1, 1);
            copy.replaceWithSolid(source.mainSource.color, source.name, source.width,
                source.height, source.pixelAspect);
            copy.parentFolder = source.parentFolder;
            for (i = 0; i < group.length; i += 1) {
                giveSource(group[i], copy);
            }
        }
        copy.mainSource.color = color;
    }

    function giveSource(/** @type {any} */ layer, /** @type {any} */ item) {
        unlocked(layer, function () {
            setSource(layer, item);
        });
    }

    function endLayer(
        /** @type {any} */ layer,
        /** @type {number} */ seconds,
        /** @type {any} */ warn
    ) {
        layer.outPoint = seconds;
        if (layer.outPoint < seconds - OUT_TOLERANCE) {
            warn("layer " + named(layer.name) + " ends at " + layer.outPoint.toFixed(2)
                + " s, where its source ends, instead of at " + seconds.toFixed(2) + " s");
        }
    }

    /** Set a composition's duration. Layers that ended with it end with it again; others stay. */
    function setDuration(
        /** @type {any} */ comp,
        /** @type {number} */ seconds,
        /** @type {any} */ warn
    ) {
        var before = comp.duration;
        var layer;
        var i;
        comp.duration = seconds;
        for (i = 1; i <= comp.numLayers; i += 1) {
            layer = comp.layer(i);
            if (layer.inPoint < layer.outPoint
                    && Math.abs(layer.outPoint - before) <= 0.5 / comp.frameRate) {
                endAt(layer, Math.max(comp.duration, layer.inPoint + 1 / comp.frameRate), warn);
            }
        }
    }

    function endAt(
        /** @type {any} */ layer,
        /** @type {number} */ seconds,
        /** @type {any} */ warn
    ) {
        unlocked(layer, function () {
            endLayer(layer, seconds, warn);
        });
    }

    function removeLayer(/** @type {any} */ layer) {
        // A layer whose track matte is removed would be invisible, or use the next layer above it.
        var comp = layer.containingComp;
        var other;
        var i;
        for (i = 1; i <= comp.numLayers; i += 1) {
            other = comp.layer(i);
            if (i !== layer.index && other.hasTrackMatte && other.trackMatteLayer
                    && other.trackMatteLayer.index === layer.index) {
                releaseMatte(other);
            }
        }
        if (layer.locked) {
            layer.locked = false;
        }
        layer.remove();
    }

    function releaseMatte(/** @type {any} */ layer) {
        unlocked(layer, function () {
            layer.trackMatteType = TrackMatteType.NO_TRACK_MATTE;
            if (layer.hasTrackMatte && layer.removeTrackMatte) {
                layer.removeTrackMatte();
            }
        });
    }

    /** Scale a layer so that its source fits or fills its composition, and centre it. */
    function fitLayer(/** @type {any} */ layer, /** @type {any} */ change) {
        var comp = layer.containingComp;
        var source = layer.source;
        var across = comp.width * comp.pixelAspect / (source.width * source.pixelAspect);
        var down = comp.height / source.height;
        var factor = change.mode === "fill" ? Math.max(across, down) : Math.min(across, down);
        var transform = layer.property("ADBE Transform Group");
        var anchor = transform.property("ADBE Anchor Point").valueAtTime(layer.inPoint, false);
        var turned = transform.property("ADBE Rotate Z").valueAtTime(layer.inPoint, false);
        var angle = turned * Math.PI / 180;
        var x = (source.width / 2 - anchor[0]) * source.pixelAspect * factor;
        var y = (source.height / 2 - anchor[1]) * factor;
        var place = [
            comp.width / 2 - (Math.cos(angle) * x - Math.sin(angle) * y) / comp.pixelAspect,
            comp.height / 2 - (Math.sin(angle) * x + Math.cos(angle) * y)
        ];
        var property = propertyOf(layer, change.scale);
        var i;
        property.setValue(completed([100 * factor, 100 * factor], property.value));
        for (i = 0; i < change.position.length; i += 1) {
            property = propertyOf(layer, change.position[i]);
            if (change.position.length === 1) {
                property.setValue(completed(place, property.value));
            } else {
                property.setValue(place[i]);
            }
        }
    }

    function setExpression(
        /** @type {any} */ property,
        /** @type {string} */ text,
        /** @type {any} */ warn
    ) {
        var value;
        property.expression = text;
        try {
            value = property.value; // evaluates it
        } catch (ignored) {
            value = null;
        }
        if (property.expressionError) {
            warn("the expression fails: " + property.expressionError);
        }
    }

    function setAttribute(/** @type {any} */ layer, /** @type {any} */ change) {
        if (change.name === "locked") {
            layer.locked = change.value;
            return;
        }
        unlocked(layer, function () {
            layer[change.name] = change.value;
        });
    }

    /** Functions that change a layer, by kind of change. `tools`: warn, imported footage items. */
    var ON_LAYERS = {
        "set_property": function (
            /** @type {any} */ layer,
            /** @type {any} */ change
        ) {
            var property = propertyOf(layer, change.property);
            property.setValue(completed(change.value, property.value));
        },
        "set_text": function (
            /** @type {any} */ layer,
            /** @type {any} */ change,
            /** @type {any} */ tools
        ) {
            setText(propertyOf(layer, change.property), change.attributes, tools.warn);
        },
        "set_text_sizes": function (/** @type {any} */ layer, /** @type {any} */ change) {
            setTextSizes(propertyOf(layer, change.property), change.runs);
        },
        "set_expression": function (
            /** @type {any} */ layer,
            /** @type {any} */ change,
            /** @type {any} */ tools
        ) {
            setExpression(propertyOf(layer, change.property), change.expression, tools.warn);
        },
        "replace_footage": function (
            /** @type {any} */ layer,
            /** @type {any} */ change,
            /** @type {any} */ tools
        ) {
            replaceFootage(layer, tools.items[change.file], tools.warn);
        },
        "start_at": function (/** @type {any} */ layer, /** @type {any} */ change) {
            layer.startTime += change.seconds - Math.min(layer.inPoint, layer.outPoint);
        },
        "last_for": function (
            /** @type {any} */ layer,
            /** @type {any} */ change,
            /** @type {any} */ tools
        ) {
            endLayer(layer, layer.inPoint + change.seconds, tools.warn);
        },
        "fit_layer": fitLayer
    };

    function apply(
        /** @type {any} */ change,
        /** @type {any} */ found,
        /** @type {any} */ tools
    ) {
        var kind = change["do"];
        if (found.layer !== null && tools.scripted && !stillThere(found.layer)) {
            throw new Error("the layer was removed by an earlier script");
        }
        if (kind === "run_script") {
            found.script();
        } else if (kind === "set_duration") {
            setDuration(found.comp, change.seconds, tools.warn);
        } else if (kind === "recolour_solids") {
            recolourSolids(found.layers, change.color);
        } else if (kind === "remove") {
            removeLayer(found.layer);
        } else if (kind === "set_attribute") {
            setAttribute(found.layer, change);
        } else {
            unlocked(found.layer, function () {
                ON_LAYERS[kind](found.layer, change, tools);
            });
        }
    }

    function stillThere(/** @type {any} */ object) {
        try {
            return isValid(object) && typeof object.name === "string";
        } catch (ignored) {
            return false;
        }
    }

    // ---- User scripts -----------------------------------------------------------------------

    var GLOBALS = [
        "Object", "Array", "String", "Number", "Boolean", "Date", "RegExp", "Function", "Error",
        "Math", "parseInt", "parseFloat", "isNaN", "isFinite", "eval", "File", "Folder", "app", "$",
        "isValid", "ImportOptions", "ImportAsType", "CompItem", "ParagraphJustification",
        "TrackMatteType", "gAECommandLineRenderer", "alert", "confirm", "prompt"
    ];
    /** @type {{object: any, names: string[]}[]} */
    var METHODS = [
        { "object": Object.prototype, "names": ["hasOwnProperty", "toString", "valueOf", "propertyIsEnumerable"] },
        { "object": Function.prototype, "names": ["apply", "call", "toString"] },
        { "object": Array.prototype, "names": ["concat", "join", "pop", "push", "reverse", "shift", "slice", "sort",
            "splice", "toString", "unshift"] },
        { "object": String.prototype, "names": ["charAt", "charCodeAt", "concat", "indexOf", "lastIndexOf", "match",
            "replace", "search", "slice", "split", "substr", "substring", "toLowerCase",
            "toString", "toUpperCase", "valueOf"] },
        { "object": Number.prototype, "names": ["toFixed", "toString", "valueOf"] },
        { "object": RegExp.prototype, "names": ["exec", "test", "toString"] },
        { "object": Error.prototype, "names": ["toString"] },
        { "object": Date.prototype, "names": ["getTime", "toString", "valueOf"] },
        { "object": Boolean.prototype, "names": ["toString", "valueOf"] },
        { "object": String, "names": ["fromCharCode"] },
        { "object": Math, "names": ["abs", "ceil", "cos", "floor", "max", "min", "round", "sin"] }
    ];

    function namesIn(/** @type {any} */ object) {
        var found = {};
        var key;
        for (key in object) {
            found["$" + key] = true;
        }
        return found;
    }

    /**
     * Return the present global names and built-in methods, for `restoreGlobals`.
     * @returns {any}
     */
    function rememberGlobals() {
        var values = [];
        var held = [];
        var methods;
        var i;
        var j;
        for (i = 0; i < GLOBALS.length; i += 1) {
            values[i] = global[GLOBALS[i]];
        }
        for (i = 0; i < METHODS.length; i += 1) {
            methods = [];
            for (j = 0; j < METHODS[i].names.length; j += 1) {
                methods[j] = METHODS[i].object[METHODS[i].names[j]];
            }
            held[i] = { "methods": methods, "enumerable": namesIn(METHODS[i].object) };
        }
        return { "globals": values, "held": held, "names": namesIn(global) };
    }

    /** Restore globals and built-in methods. Calls none: the script may have changed them. */
    function restoreGlobals(/** @type {any} */ before) {
        var object;
        var names;
        var i;
        var j;
        // Object.prototype is first, because loops over any object would include its additions.
        for (i = 0; i < METHODS.length; i += 1) {
            object = METHODS[i].object;
            names = METHODS[i].names;
            deleteNew(object, before.held[i].enumerable);
            for (j = 0; j < names.length; j += 1) {
                if (object[names[j]] !== before.held[i].methods[j]) {
                    object[names[j]] = before.held[i].methods[j];
                }
            }
        }
        deleteNew(global, before.names);
        for (i = 0; i < GLOBALS.length; i += 1) {
            if (global[GLOBALS[i]] !== before.globals[i]) {
                try {
                    global[GLOBALS[i]] = before.globals[i];
                } catch (ignored) {
                    // After Effects does not allow some of them to be set.
                }
            }
        }
    }

    function deleteNew(/** @type {any} */ object, /** @type {any} */ names) {
        var found = [];
        var count = 0;
        var key;
        var i;
        for (key in object) {
            if (names["$" + key] !== true) {
                found[count] = key;
                count += 1;
            }
        }
        for (i = 0; i < count; i += 1) {
            try {
                delete object[found[i]];
            } catch (ignored) {
                // Members of a host object cannot be deleted.
            }
        }
    }

    /** Return by how much line numbers in errors of a Function's body are too large. */
    function lineOffset() {
        var line = 3;
        try {
            new Function("a", "\n\nthrow new Error();")();
        } catch (error) {
            line = error.line;
        }
        return typeof line === "number" ? line - 3 : 0;
    }

    function explained(/** @type {any} */ error) {
        var line = null;
        try {
            line = error.line;
        } catch (ignored) {
            line = null;
        }
        line = typeof line === "number" ? line - lineOffset() : 0;
        return (line > 0 ? "line " + line + ": " : "") + said(error);
    }

    /** Return the object by which a script reads its parameters, with nexrender's methods. */
    function makeReader(/** @type {any} */ fallback) {
        var current = {};
        var reader = {
            "params": [],
            "set": function (/** @type {string} */ key, /** @type {any} */ value) {
                var place = find(key);
                if (place < 0) {
                    place = reader.params.length;
                }
                reader.params[place] = { "key": key, "value": value };
            },
            "get": function (/** @type {string} */ key, /** @type {any} */ values) {
                var place = find(key);
                if (place < 0) {
                    return fallback;
                }
                if (typeof reader.params[place].value === "function") {
                    return reader.call(key, values);
                }
                return reader.params[place].value;
            },
            "call": function (/** @type {string} */ key, /** @type {any} */ values) {
                var place = find(key);
                if (place < 0 || typeof reader.params[place].value !== "function") {
                    return null;
                }
                return within(reader.params[place]["arguments"], function () {
                    return reader.params[place].value.apply(reader, values ? values : []);
                });
            },
            "arg": function (/** @type {string} */ key) {
                return current["$" + key] ? current["$" + key].value : fallback;
            }
        };

        function find(/** @type {string} */ key) {
            var i;
            for (i = 0; i < reader.params.length; i += 1) {
                if (reader.params[i].key === key) {
                    return i;
                }
            }
            return -1;
        }

        function within(/** @type {any} */ given, /** @type {any} */ action) {
            var outer = current;
            current = given ? given : {};
            try {
                return action();
            } finally {
                current = outer;
            }
        }

        function add(/** @type {any} */ parameter, /** @type {any} */ make) {
            var given = {};
            var key;
            for (key in parameter["arguments"]) {
                if (parameter["arguments"].hasOwnProperty(key)) {
                    given["$" + key] = { "value": parameter["arguments"][key] };
                }
            }
            if (find(parameter.key) < 0) {
                reader.params.push({ "key": parameter.key, "arguments": given,
                    "value": make === null ? parameter.value : within(given, make) });
            }
        }

        return { "reader": reader, "add": add };
    }

    /** @returns {any} */
    function compile(/** @type {string} */ keyword, /** @type {string} */ text) {
        return new Function("alert, confirm, prompt, " + keyword, text);
    }

    /**
     * Return a function that runs a script. A script that cannot be compiled is a problem.
     * @returns {any}
     */
    function compileScript(
        /** @type {any} */ script,
        /** @type {string} */ field,
        /** @type {any} */ report
    ) {
        var makers = [];
        var parameter;
        var body = null;
        var i;
        for (i = 0; i < script.parameters.length; i += 1) {
            parameter = script.parameters[i];
            makers[i] = null;
            if (parameter.is_function) {
                try {
                    makers[i] = compile(script.keyword, "return (" + parameter.value + "\n);");
                } catch (error) {
                    report.refuse(field + ".parameters[" + i + "]", "parameter "
                        + named(parameter.key) + " is not a function: " + said(error), "user");
                }
            }
        }
        try {
            body = compile(script.keyword, script.text + "\n");
        } catch (wrong) {
            report.refuse(field, "the script cannot be compiled: " + explained(wrong), "user");
        }
        return function () {
            runScript(script, body, makers, field, report);
        };
    }

    function runScript(
        /** @type {any} */ script,
        /** @type {any} */ body,
        /** @type {any} */ makers,
        /** @type {string} */ field,
        /** @type {any} */ report
    ) {
        var made = makeReader(script["default"]);
        var checkProject = watchProject();
        var before;
        var failed = null;
        var i;

        function tell(/** @type {any} */ text) {
            report.warn(field, "the script called alert: " + String(text));
        }

        function ask(/** @type {any} */ text) {
            report.warn(field, "the script called confirm, which returned false: " + String(text));
            return false;
        }

        function askText(/** @type {any} */ text, /** @type {any} */ preset) {
            report.warn(field, "the script called prompt, which returned its default: "
                + String(text));
            return preset === undefined ? null : preset;
        }

        function addTo(/** @type {any} */ parameter, /** @type {any} */ make) {
            made.add(parameter, make === null ? null : function () {
                return make(tell, ask, askText, made.reader);
            });
        }

        report.write("running", field);
        before = rememberGlobals();
        global.alert = tell;
        global.confirm = ask;
        global.prompt = askText;
        try {
            for (i = 0; i < script.parameters.length; i += 1) {
                addTo(script.parameters[i], makers[i]);
            }
            body(tell, ask, askText, made.reader);
        } catch (error) {
            failed = { "error": error };
        }
        restoreGlobals(before);
        if (failed !== null) {
            throw new Error("the script failed: " + explained(failed.error));
        }
        checkProject();
    }

    /** Return a function that throws if the open project is no longer the present one. */
    function watchProject() {
        var path = openPath();
        var root = app.project.rootFolder;
        return function () {
            if (openPath() !== path || !stillThere(root)) {
                throw new Error("the script closed the project, opened another or saved it"
                    + " elsewhere; it must work in the open project");
            }
        };
    }

    function openPath() {
        var file = app.project ? app.project.file : null;
        return file ? file.fsName : null;
    }

    // ---- Running a plan ---------------------------------------------------------------------

    function bindAll(/** @type {any} */ report) {
        var operations = report.plan.operations;
        var files = report.plan.files;
        var bound = [];
        var changes;
        var i;
        var j;
        for (i = 0; i < files.length; i += 1) {
            if (!fileAt(files[i].path).exists) {
                report.refuse(files[i].field + ".src", "the file " + named(files[i].path)
                    + " does not exist", "differs");
            }
        }
        for (i = 0; i < operations.length; i += 1) {
            changes = operations[i].changes;
            bound[i] = [];
            for (j = 0; j < changes.length; j += 1) {
                bound[i][j] = bind(changes[j], operations[i].field, report);
            }
        }
        return bound;
    }

    function importFile(/** @type {any} */ file) {
        var options = new ImportOptions(fileAt(file.path));
        var item;
        if (options.canImportAs(ImportAsType.FOOTAGE)) {
            options.importAs = ImportAsType.FOOTAGE;
        }
        item = /** @type {any} */ (app.project.importFile(options));
        if (file.kind === "audio" && !item.hasAudio) {
            throw new Error(named(item.name) + " has no sound");
        }
        if (file.kind !== "audio" && !item.hasVideo) {
            throw new Error(named(item.name) + " has no picture");
        }
        return item;
    }

    /** Import every file and return the footage items. If an import fails, all are removed. */
    function importAll(/** @type {any} */ report) {
        var files = report.plan.files;
        var items = [];
        var i;
        for (i = 0; i < files.length; i += 1) {
            items[i] = null;
            try {
                items[i] = importFile(files[i]);
            } catch (error) {
                report.refuse(files[i].field + ".src", said(error), "user");
            }
        }
        if (report.problems.length > 0) {
            for (i = 0; i < items.length; i += 1) {
                if (items[i] !== null) {
                    items[i].remove();
                }
            }
        }
        return items;
    }

    /** Carry out the operations in order. Return whether all of them succeeded. */
    function applyAll(
        /** @type {any} */ report,
        /** @type {any} */ bound,
        /** @type {any} */ items
    ) {
        var operations = report.plan.operations;
        var scripted = false;
        var operation;
        var i;
        var j;

        function warn(/** @type {string} */ message) {
            report.warn(operation.field + ".layerName", message);
        }

        for (i = 0; i < operations.length; i += 1) {
            operation = operations[i];
            try {
                for (j = 0; j < operation.changes.length; j += 1) {
                    apply(operation.changes[j], bound[i][j],
                        { "warn": warn, "items": items, "scripted": scripted });
                    scripted = scripted || operation.changes[j]["do"] === "run_script";
                }
            } catch (error) {
                report.refuse(operation.field, said(error), "user");
                return false;
            }
            report.applied += 1;
        }
        return true;
    }

    /** @returns {any} */
    function findNamed(/** @type {string} */ name) {
        var item;
        var i;
        // aerender too renders the first composition of this name.
        for (i = 1; i <= app.project.numItems; i += 1) {
            item = app.project.item(i);
            if (item instanceof CompItem && item.name === name) {
                return item;
            }
        }
        return null;
    }

    function measure(/** @type {any} */ report) {
        var name = report.plan.composition;
        var comp = name === null ? null : findNamed(name);
        if (name !== null && comp === null) {
            report.refuse("template.composition", "composition " + named(name)
                + " no longer exists after the scripts have run", "user");
        }
        if (comp !== null) {
            report.composition = {
                "id": comp.id,
                "name": comp.name,
                "frames": Math.max(1, Math.round(comp.duration * comp.frameRate)),
                "fps": comp.frameRate,
                "width": comp.width,
                "height": comp.height,
                "displayed_start": app.project.displayStartFrame + comp.displayStartFrame
            };
        }
    }

    function listMissingFonts(/** @type {any} */ report) {
        var fonts;
        var i;
        try {
            fonts = app.fonts.missingOrSubstitutedFonts;
            for (i = 0; i < fonts.length && i < MESSAGES; i += 1) {
                report.missingFonts.push(String(fonts[i].postScriptName));
            }
        } catch (ignored) {
            // After Effects before version 24 has no list of missing fonts.
        }
    }

    /** Carry out the plan and return the result's status. */
    function carryOut(/** @type {any} */ report) {
        var bound = bindAll(report);
        var items;
        if (report.problems.length > 0) {
            return "refused";
        }
        items = importAll(report);
        if (report.problems.length > 0) {
            return "refused";
        }
        if (!applyAll(report, bound, items)) {
            return "failed";
        }
        measure(report);
        listMissingFonts(report);
        return report.problems.length > 0 ? "failed" : "applied";
    }

    function readPlan(/** @type {string} */ path) {
        var file = fileAt(path);
        var text;
        file.encoding = "UTF-8";
        if (!file.open("r")) {
            throw new Error("intarsia: the plan cannot be read: " + path);
        }
        text = file.read();
        file.close();
        var plan = parseJson(text);
        if (plan.format !== FORMAT) {
            throw new Error("intarsia: the plan has format " + plan.format + ", but version "
                + VERSION + " of the startup script reads format " + FORMAT
                + "; install the startup script of the worker");
        }
        return plan;
    }

    /** Carry out the plan and write its result. Throws on failure, so that nothing is rendered. */
    function run(/** @type {any} */ plan, /** @type {string} */ resultPath) {
        var report = makeReport(plan, resultPath);
        var status = "failed";
        report.write("running", null);
        app.beginSuppressDialogs();
        try {
            status = carryOut(report);
        } catch (error) {
            report.refuse("", said(error), "differs");
        }
        app.endSuppressDialogs(false);
        report.write(status, null);
        if (status !== "applied") {
            throw new Error("intarsia: the plan was " + status + ": "
                + report.problems[0].field + ": " + report.problems[0].message);
        }
    }

    // ---- The hook ---------------------------------------------------------------------------

    function install(/** @type {string} */ planPath, /** @type {string} */ resultPath) {
        var renderer = gAECommandLineRenderer;
        var plan = null;
        var failure = null;
        var started = false;

        function once() {
            if (!started) {
                started = true;
                try {
                    plan = readPlan(planPath);
                    run(plan, resultPath);
                } catch (error) {
                    failure = error;
                }
            }
            if (failure !== null) {
                throw failure;
            }
        }

        function wrap(/** @type {string} */ name, /** @type {any} */ after) {
            var original = renderer[name];
            renderer[name] = function () {
                once();
                var result = original.apply(/** @type {any} */ (this), arguments);
                if (after !== null) {
                    after(arguments[0]);
                }
                return result;
            };
        }

        wrap("GetFirstQueuedRQItemWithName", null);
        wrap("AddCompToRenderQueue", null);
        wrap("EstablishAsOnlyQueuedItem", function (/** @type {any} */ item) {
            // Times in the render queue are relative to the composition's first frame.
            if (plan.whole && item) {
                item.timeSpanStart = 0;
                item.timeSpanDuration = item.comp.duration;
            }
        });
    }

    var planPath = $.getenv("INTARSIA_PLAN");
    var resultPath = $.getenv("INTARSIA_PLAN_RESULT");
    if (planPath && resultPath && typeof gAECommandLineRenderer !== "undefined") {
        install(planPath, resultPath);
    }
}());
