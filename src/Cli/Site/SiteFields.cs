// SPDX-License-Identifier: Apache-2.0
using System.CommandLine;
using System.Text.Json.Nodes;

namespace Hermetic.Cli.Site;

/// <summary>The options that say what a site is.</summary>
internal sealed class SiteFields(bool isNew)
{
    private readonly Option<string?> _zone = new("--zone")
    {
        Description = "The IANA name of its time zone, as in America/New_York.",
        HelpName = "ZONE",
        Required = isNew,
    };

    private readonly Option<string?> _sender = new("--sender")
    {
        Description = "Whom its pages say that they are from. Default: the practice's name; so does \"\".",
        HelpName = "NAME",
    };

    private readonly Option<string[]> _address = new("--address")
    {
        Description = "A line of the postal address on its cover pages; once for each line, \"\" for none.",
        HelpName = "LINE",
    };

    private readonly Option<string?> _phone = new("--phone")
    {
        Description = "Whom its cover pages say to call. Default: the line's number; so does \"\".",
        HelpName = "NUMBER",
    };

    public Command AddTo(Command command)
    {
        command.Add(_zone);
        command.Add(_sender);
        command.Add(_address);
        command.Add(_phone);
        return command;
    }

    /// <summary>Those that were given, as the API takes them.</summary>
    public JsonObject Read(ParseResult parsed)
    {
        JsonObject body = [];
        Give("timeZone", _zone);
        Give("senderName", _sender);
        Give("phone", _phone);
        if (parsed.GetValue(_address) is { Length: > 0 } lines)
        {
            body["address"] = new JsonArray([.. lines.Where(line => line.Length > 0).Select(line => (JsonNode)line)]);
        }

        return body;

        void Give(string name, Option<string?> option)
        {
            if (parsed.GetValue(option) is { } value)
            {
                body[name] = value;
            }
        }
    }
}
