BeforeDiscovery {
    # Every cmdlet, by its file here: one without a file of its own shows in 'exports the cmdlets'.
    $cmdlets = Get-ChildItem $PSScriptRoot -Filter '*-*.Tests.ps1' | ForEach-Object { $_.Name.Split('.')[0] } | Sort-Object -Unique
}

BeforeAll {
    . $PSScriptRoot/Shared.ps1
    Import-BuiltModule
    $commands = @(
        'Clear-LocalApiFault', 'Get-LocalApiFault', 'Get-LocalApiLedger', 'Get-LocalApiServer', 'Install-FlunderApi', 'Invoke-ConfigMapWatch', 'Invoke-FlunderWatch',
        'Invoke-ObjectWatch', 'Invoke-ScaleTest', 'Measure-ScaleTest', 'New-ScaleTestManifest', 'Remove-ScaleTestObject', 'Set-LocalApiFault', 'Start-ConfigMapDriver',
        'Start-ConfigMapLogger', 'Start-FlunderDriver', 'Start-FlunderLogger', 'Start-LocalApiServer', 'Start-ObjectLogger', 'Stop-LocalApiServer', 'Test-ScaleTest',
        'Uninstall-FlunderApi')
}

Describe 'The module' {
    It 'exports the cmdlets of its manifest and nothing else' {
        $module = Get-Module K8sScaleTest
        @($module.ExportedCommands.Keys | Sort-Object) | Should -Be $commands
        @($module.ExportedCmdlets.Keys | Sort-Object) | Should -Be $commands
    }

    It 'has a file of tests for each cmdlet' {
        Get-ChildItem $PSScriptRoot -Filter '*-*.Tests.ps1' | ForEach-Object { $_.Name.Split('.')[0] } | Sort-Object -Unique | Should -Be $commands
    }

    It 'has the version of its manifest in its folder''s name' {
        $manifest = Import-PowerShellDataFile -LiteralPath (Get-BuiltManifest)
        Split-Path -Leaf (Split-Path (Get-BuiltManifest)) | Should -Be $manifest.ModuleVersion
        (Get-Module K8sScaleTest).Version | Should -Be ([version]$manifest.ModuleVersion)
    }

    It 'passes Test-ModuleManifest' {
        (Test-ModuleManifest -Path (Get-BuiltManifest)).Name | Should -Be 'K8sScaleTest'
    }

    It 'imports without a word' {
        $ended = Wait-Child (Start-Child { })
        $ended.Output | Should -BeNullOrEmpty
        $ended.Error | Should -BeNullOrEmpty
        $ended.ExitCode | Should -Be 0
    }

    It 'works after -Force, and after it was removed and imported again' {
        $ended = Wait-Child (Start-Child {
            param($Manifest)
            $run = { Start-LocalApiServer | Start-ConfigMapDriver -Rate 500 -Count 20 -MaxPopulation 5 | Where-Object Phase -NE 'WarmUp' | Measure-Object | ForEach-Object Count }
            & $run
            Import-Module $Manifest -Force
            & $run
            Remove-Module K8sScaleTest
            Get-Command Start-ConfigMapDriver -ErrorAction Ignore -Module K8sScaleTest
            Import-Module $Manifest
            & $run
            Get-LocalApiServer | Stop-LocalApiServer
        } (Get-BuiltManifest))
        @($ended.Output.Trim() -split '\s+') | Should -Be @('40', '40', '40')
        $ended.Error | Should -BeNullOrEmpty
    }

    It 'keeps its libraries to itself: none is in the session''s load context' {
        $server = Start-LocalApiServer
        try {
            $null = $server | Start-ConfigMapDriver -Rate 500 -Count 5 -MaxPopulation 5
            $names = [Runtime.Loader.AssemblyLoadContext]::Default.Assemblies | ForEach-Object { $_.GetName().Name }
            $names | Where-Object { $_ -match 'YamlDotNet|KubernetesClient|HdrHistogram|Fractions|K8sScaleTest\.Engine' } | Should -BeNullOrEmpty
            # And they are loaded: the line above would be true of a module that does nothing.
            $all = [AppDomain]::CurrentDomain.GetAssemblies() | ForEach-Object { $_.GetName().Name }
            $all | Should -Contain 'K8sScaleTest.Engine'
        }
        finally {
            $server | Stop-LocalApiServer
        }
    }

    It 'works beside another library of the same name that the session loaded first' {
        $fake = Join-Path $TestDrive 'YamlDotNet.dll'
        Add-Type -TypeDefinition 'namespace YamlDotNet { public static class OfAnotherModule { } }' -OutputAssembly $fake -OutputType Library
        $ended = Wait-Child (Start-Child {
            param($Fake)
            [Runtime.Loader.AssemblyLoadContext]::Default.LoadFromAssemblyPath($Fake).GetTypes().FullName
            $server = Start-LocalApiServer
            @($server | Start-ConfigMapDriver -Rate 500 -Count 20 -MaxPopulation 5 | Where-Object Phase -NE 'WarmUp' | Where-Object Succeeded).Count
            $server | Stop-LocalApiServer
        } $fake)
        $ended.Error | Should -BeNullOrEmpty
        @($ended.Output.Trim() -split '\s+')[-1] | Should -Be '40'
        $ended.Output | Should -Match 'YamlDotNet.OfAnotherModule'
    }
}

Describe 'The help' {
    It 'of <_> has a synopsis, a description, parameters, outputs and examples' -ForEach $cmdlets {
        $help = Get-Help $_ -Full
        $help.Synopsis | Should -Not -Match "^\s*$_"
        $help.Synopsis.Trim() | Should -Match '\.$'
        ($help.description | Out-String).Trim().Length | Should -BeGreaterThan 100
        @($help.examples.example).Count | Should -BeGreaterOrEqual 2
        ($help.returnValues | Out-String).Trim() | Should -Not -BeNullOrEmpty
    }

    It 'of <_> describes every parameter, and none that there is not' -ForEach $cmdlets {
        $common = [Management.Automation.Cmdlet]::CommonParameters + [Management.Automation.Cmdlet]::OptionalCommonParameters
        $real = @((Get-Command $_).Parameters.Keys | Where-Object { $_ -notin $common } | Sort-Object)
        $described = @((Get-Help $_ -Full).parameters.parameter | Where-Object { $_.name -notin $common } | Sort-Object name)
        @($described.name) | Should -Be $real
        foreach ($parameter in $described) { ($parameter.description | Out-String).Trim() | Should -Not -BeNullOrEmpty -Because "-$($parameter.name) needs a description" }
    }

    It 'of <_> has examples that parse and use only parameters that there are' -ForEach $cmdlets {
        foreach ($example in (Get-Help $_ -Full).examples.example) {
            $problems = $null
            $tree = [Management.Automation.Language.Parser]::ParseInput($example.code, [ref]$null, [ref]$problems)
            $problems | Should -BeNullOrEmpty -Because $example.code
            foreach ($call in $tree.FindAll({ $args[0] -is [Management.Automation.Language.CommandAst] }, $true)) {
                $command = Get-Command $call.GetCommandName() -ErrorAction Ignore
                if ($command -isnot [Management.Automation.CmdletInfo] -or $command.ModuleName -ne 'K8sScaleTest') { continue }
                foreach ($parameter in $call.CommandElements | Where-Object { $_ -is [Management.Automation.Language.CommandParameterAst] }) {
                    { $command.ResolveParameter($parameter.ParameterName) } | Should -Not -Throw -Because $example.code
                }
            }
        }
    }

    It 'of the drivers says how they end, and which flag of the Go programs each parameter replaces' {
        foreach ($driver in 'Start-ConfigMapDriver', 'Start-FlunderDriver') {
            (Get-Help $driver).Synopsis | Should -Match '-Count, -Duration or Ctrl\+C'
            foreach ($pair in @('Rate', 'lambda'), @('Count', 'n'), @('MaxPopulation', 'maxpop'), @('OutFile', 'datafile')) {
                (Get-Help $driver -Parameter $pair[0]).description | Out-String | Should -Match "\b$($pair[1])\b"
            }
        }
    }

    It 'has an about topic' {
        (Get-Help about_K8sScaleTest | Out-String) | Should -Match 'Start-ConfigMapDriver'
    }
}
